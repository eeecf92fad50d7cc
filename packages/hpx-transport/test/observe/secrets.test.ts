import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { ApiKeyAuth, type Authentication, BearerAuth } from "../../src/index.js";
import { type Logger, SseConnection, type SseOptions } from "../../src/sse/index.js";
import { MockSseServer } from "../../src/testing/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, within } from "../sse/support.js";
import { startSdk } from "./otel-support.js";

/** Planted wherever a connection is given a secret, or is sent one; nobody who watches may ever see it. */
const SECRET = "hunter2";

/** Everything that watches a connection, and all that was told. */
function watchEverything(): { options: Pick<SseOptions, "logger" | "telemetry">; told(): Promise<string> } {
  const heard: unknown[] = [];
  const level =
    (name: string) =>
    (...args: unknown[]): void =>
      void heard.push([name, ...args]);
  const logger: Logger = { debug: level("debug"), info: level("info"), warn: level("warn"), error: level("error") };
  for (const name of ["attempt", "connected", "disconnected", "reconnecting", "event", "closed"]) {
    const listener = (message: unknown): void => void heard.push([name, message]);
    subscribe(`hpx-transport:sse:${name}`, listener);
    onTestFinished(() => void unsubscribe(`hpx-transport:sse:${name}`, listener));
  }
  const sdk = startSdk();
  return {
    options: { logger, telemetry: sdk.telemetry },
    async told() {
      const all = { heard, spans: sdk.spans(), points: await sdk.points() };
      expect(heard.length).toBeGreaterThan(3);
      expect(all.spans.length).toBeGreaterThan(1);
      expect(all.points.length).toBeGreaterThan(0);
      return inspect(all, { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null });
    },
  };
}

const auths: Record<string, Authentication> = {
  "a key in a header": ApiKeyAuth.header("X-Api-Key", SECRET),
  "a key in the query": ApiKeyAuth.query("key", SECRET),
  "a token": new BearerAuth(() => SECRET),
  "a signer that throws what it signs with": {
    sign() {
      throw new Error(`cannot sign with ${SECRET}`);
    },
  },
};

test.each(Object.keys(auths))("no secret is shown in a whole failing session: %s", async (name) => {
  const server = await startServer();
  const echo = { headers: { "set-cookie": `session=${SECRET}`, "x-echo": SECRET }, body: `you sent ${SECRET}` };
  server.reply(
    { body: `event: t\nid: 1\ndata: ${SECRET}\n\n: ${SECRET}\n\n` },
    { ...echo, status: 503 },
    { body: `id: 2\ndata: ${SECRET}\n\n`, finish: "reset" },
    { ...echo, status: 307, headers: { location: `/moved?key=${SECRET}` } },
    { ...echo, status: 401 },
    { ...echo, status: 401 },
  );
  const { options, told } = watchEverything();
  const connection = open({
    ...options,
    url: `${server.url}feed?api_key=${SECRET}#${SECRET}`,
    method: "POST",
    resend: true,
    headers: { Authorization: `Basic ${SECRET}`, Cookie: SECRET },
    body: SECRET,
    auth: auths[name],
    reconnect: prompt,
  });
  const loop = async (): Promise<void> => {
    for await (const { data } of connection) expect(data).toBe(SECRET);
  };
  await within(rejection(loop()), "the end");
  await within(connection.handle.closed, "closed");
  expect(await told()).not.toContain(SECRET);
});

test("no secret is shown when no server answers, and credentials in a URL are refused unseen", async () => {
  const server = await MockSseServer.start();
  const { url } = server;
  await server.close();
  const { options, told } = watchEverything();
  const open404 = { ...options, reconnect: { ...prompt, maxAttempts: 1 }, auth: ApiKeyAuth.query("key", SECRET) };
  await rejection(open({ ...open404, url: `${url}?api_key=${SECRET}` }).opened);
  const withUser = url.replace("//", `//user:${SECRET}@`);
  const refused = await rejection(SseConnection.connect({ ...options, url: withUser }));
  expect(inspect(refused, { depth: Infinity, showHidden: true })).not.toContain(SECRET);
  expect(await told()).not.toContain(SECRET);
});

test("no secret is shown what a hook, a body or json() threw", async () => {
  const server = await startServer();
  server.otherwise({ body: `data: ${SECRET}\n\n`, finish: "hold" });
  const { options, told } = watchEverything();
  const fail = (): never => {
    throw new Error(`cannot do it with ${SECRET}`);
  };
  const { url } = server;
  await rejection(open({ ...options, url }, { classifyEvent: fail }).stream.next());
  await rejection(open({ ...options, url, method: "POST", resend: true, body: fail }).opened);
  const payloads = open({ ...options, url }).stream.json();
  await rejection(payloads[Symbol.asyncIterator]().next());
  expect(await told()).not.toContain(SECRET);
});

test("no secret is shown a custom client that rejects with the whole request", async () => {
  const { options, told } = watchEverything();
  const client = {
    send: (request: { url: URL }) => Promise.reject(new Error(`GET ${request.url.href} failed`)),
    close: () => Promise.resolve(),
  };
  const reconnect = { ...prompt, maxAttempts: 1 };
  await rejection(open({ ...options, client, reconnect, url: `http://example.com/?key=${SECRET}` }).opened);
  expect(await told()).not.toContain(SECRET);
});
