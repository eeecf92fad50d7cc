import { connect } from "node:net";
import type { TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import { TransportError } from "../../../src/error.js";
import { type Lookup, NodeClient } from "../../../src/http/entries/node.js";
import { Tls } from "../../../src/http/node/dial/tls.js";
import { rejection } from "../../support/promises.js";
import { type Identity, makeAuthority } from "../support/authority.js";
import { get, record } from "../support/requests.js";
import { startTcp, type TestServer } from "../support/servers.js";
import { startHttps } from "../support/tls.js";

const authority = makeAuthority();
const { ca } = authority;
const identity = authority.issue();

describe.each(["TLSv1.2", "TLSv1.3"] as const)("a reconnect over %s", (maxVersion) => {
  test("resumes the TLS session, with its own server only", async () => {
    const resumed: boolean[] = [];
    const startCounting = (server: Identity): Promise<TestServer> =>
      startHttps({ ...server, maxVersion }, (request, response) => {
        resumed.push((request.socket as TLSSocket).isSessionReused());
        response.end("hello");
      });
    const first = await startCounting(identity);
    const second = await startCounting(identity);
    const client = new NodeClient({ tls: { ca }, proxy: false });
    for (const { url } of [first, first, second, first]) {
      expect(await record((await client.send(get(url))).body).ended).toBeUndefined();
    }
    expect(resumed).toEqual([false, true, false, true]);
  });

  test("after a handshake that failed begins without a session: the server may not have been able to take it", async () => {
    const server = await startHttps({ ...identity, maxVersion }, (_request, response) => response.end("hello"));
    const greetings: number[] = [];
    // Hangs up on a greeting that has a session in it: that one is longer than the first.
    const front = await startTcp((socket) => {
      socket.once("data", (greeting) => {
        greetings.push(greeting.length);
        if (greeting.length > (greetings[0] ?? 0)) return void socket.end();
        const inner = connect(Number(server.url.port), "127.0.0.1").on("error", () => {});
        inner.write(greeting);
        socket.on("close", () => inner.destroy());
        socket.pipe(inner).pipe(socket);
      });
    }, "https:");
    const client = new NodeClient({ tls: { ca }, proxy: false });
    const send = async (): Promise<unknown> => record((await client.send(get(front.url))).body).ended;
    expect(await send()).toBeUndefined();
    expect(await rejection(send())).toMatchObject({ code: "CONNECT", retryable: true });
    expect(await send()).toBeUndefined();
  });

  test("does not resume past a wrong name", async () => {
    const server = await startHttps(
      { ...authority.issue({ subjectAltName: "DNS:feed.example" }), maxVersion },
      (_request, response) => response.end("never"),
    );
    const client = new NodeClient({ tls: { ca }, proxy: false });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(TransportError.is(await rejection(client.send(get(server.url))), "CONNECT")).toBe(true);
    }
  });
});

test("the sessions of the last 100 servers are kept, and the oldest one is forgotten", async () => {
  const resumed: boolean[] = [];
  const server = await startHttps(authority.issue({ subjectAltName: "DNS:*.feed.example" }), (request, response) => {
    resumed.push((request.socket as TLSSocket).isSessionReused());
    response.end("hello");
  });
  const lookup: Lookup = (_host, _options, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]);
  const client = new NodeClient({ tls: { ca }, proxy: false, lookup });
  const names = Array.from({ length: 101 }, (_, n) => n);
  for (const n of [...names, 1, 0]) {
    const { body } = await client.send(get(`https://host-${n}.feed.example:${server.url.port}/`));
    expect(await record(body).ended).toBeUndefined();
  }
  expect(resumed).toEqual([...names.map(() => false), true, false]);
});

test("connections share one context where no certificate was given, because making one takes time", () => {
  const tls = new Tls("tls", undefined);
  expect(tls.context).toBeDefined();
  expect(tls.context).toBe(tls.context);
});
