import { expect, test } from "vitest";
import { EventSource } from "../../src/eventsource/index.js";
import { FetchClient, NodeClient } from "../../src/http/entries/node.js";
import { HmacAuth, TransportError } from "../../src/index.js";
import { openTelemetry } from "../../src/observe/otel/index.js";
import { FaultProxy, MockSseServer, randomFaults } from "../../src/testing/index.js";
import { SseConfig, SseConnection } from "../../src/sse/index.js";

// The compiler has to point at the property: each of them stands alone under its `@ts-expect-error`, on a line of its own.
const url = "https://example.com/stream";

const rows: [set: string, use: () => unknown, message: string][] = [
  [
    "the options of a connection",
    () =>
      SseConnection.open({
        url,
        // @ts-expect-error: idleTimeout
        idleTimout: 5,
      }),
    "idleTimout: an unknown option cannot be used; did you mean idleTimeout?",
  ],
  [
    "those of a config",
    () =>
      new SseConfig(url, {
        // @ts-expect-error: maxEventSize
        maxEventsize: 5,
      }),
    "maxEventsize: an unknown option cannot be used; did you mean maxEventSize?",
  ],
  [
    "changes of a config",
    () =>
      new SseConfig(url).with({
        // @ts-expect-error: overflow
        overflw: "wait",
      }),
    "overflw: an unknown option cannot be used; did you mean overflow?",
  ],
  [
    "json()",
    () =>
      SseConnection.open({ url, signal: AbortSignal.abort() }).stream.json(undefined, {
        // @ts-expect-error: onInvalid
        oninvalid: "skip",
      }),
    "oninvalid: an unknown option cannot be used; did you mean onInvalid?",
  ],
  [
    "NodeClient",
    () =>
      new NodeClient({
        // @ts-expect-error: socketPath
        socketpath: "/run/feed.sock",
      }),
    "socketpath: an unknown option cannot be used; did you mean socketPath?",
  ],
  [
    "FetchClient",
    () =>
      new FetchClient({
        // @ts-expect-error: credentials
        credential: "include",
      }),
    "credential: an unknown option cannot be used; did you mean credentials?",
  ],
  [
    "tls",
    () =>
      new NodeClient({
        tls: {
          // @ts-expect-error: servername
          serverName: "feed.example",
        },
      }),
    "tls.serverName: an unknown option cannot be used; did you mean servername?",
  ],
  [
    "proxy",
    () =>
      new NodeClient({
        proxy: {
          url: "http://127.0.0.1:3128",
          // @ts-expect-error: username
          usrname: "me",
        },
      }),
    "proxy.usrname: an unknown option cannot be used; did you mean username?",
  ],
  [
    "HmacAuth",
    () =>
      new HmacAuth({
        secret: "s",
        // @ts-expect-error: signatureIn
        signitureIn: { header: "X-Sign" },
      }),
    "HmacAuth.signitureIn: an unknown option cannot be used; did you mean signatureIn?",
  ],
  [
    "MockSseServer.start",
    () =>
      MockSseServer.start({
        // @ts-expect-error: retention
        retension: 5,
      }),
    "retension: an unknown option cannot be used; did you mean retention?",
  ],
  [
    "FaultProxy.start",
    () =>
      FaultProxy.start({
        target: 1,
        // @ts-expect-error: deadline
        dedline: 5,
      }),
    "dedline: an unknown option cannot be used; did you mean deadline?",
  ],
  [
    "randomFaults",
    () =>
      randomFaults({
        seed: 1,
        // @ts-expect-error: healthy
        helthy: 0,
      }),
    "helthy: an unknown option cannot be used; did you mean healthy?",
  ],
  [
    "a wait of a mock server",
    async () => {
      await using server = await MockSseServer.start();
      await server.idle({
        // @ts-expect-error: deadline
        deadlin: 5,
      });
    },
    "deadlin: an unknown option cannot be used; did you mean deadline?",
  ],
  [
    "EventSource",
    () =>
      new EventSource(url, {
        // @ts-expect-error: shouldRetry
        shouldretry: () => false,
      }),
    "shouldretry: an unknown option cannot be used; did you mean shouldRetry?",
  ],
  [
    "openTelemetry",
    () =>
      openTelemetry({
        // @ts-expect-error: propagator
        propogator: false,
      }),
    "openTelemetry.propogator: an unknown option cannot be used; did you mean propagator?",
  ],
];

test.each(rows)("a misspelt option is an error at its property and at run time: %s", async (_, use, message) => {
  const error: unknown = await (async () => await use())().then(
    () => "nothing was thrown",
    (thrown: unknown) => thrown,
  );
  expect(TransportError.is(error, "CONFIG") && error.message).toBe(message);
});
