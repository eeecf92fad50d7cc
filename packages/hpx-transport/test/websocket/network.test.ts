import { createServer as createTcp } from "node:net";
import { deflateRawSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { NodeClient } from "../../src/http/entries/node.js";
import { makeAuthority } from "../http/support/authority.js";
import { startTunnel } from "../http/support/servers.js";
import { connect, eventually, open, rejection, startServer, take, texts } from "./support.js";

test("TLS: a certificate that the client trusts, and one that it does not, which is fatal", async () => {
  const authority = makeAuthority();
  const { key, cert } = authority.issue();
  const server = await startServer({ tls: { key, cert } });
  server.otherwise({ steps: ["in"], finish: "hold" });
  const url = server.url.replace("127.0.0.1", "localhost");
  const lookup = (_host: string, _options: object, callback: (e: null, a: string, f: number) => void): void =>
    callback(null, "127.0.0.1", 4);
  const client = new NodeClient({ tls: { ca: authority.ca }, lookup });
  expect(await texts(open({ url, client }), 1)).toEqual(["in"]);
  const error = await rejection(open({ url, client: new NodeClient({ lookup }) }).opened);
  expect(error).toMatchObject({ code: "CONNECT", retryable: false });
});

test("a proxy is asked for a tunnel, also without TLS", async () => {
  const server = await startServer();
  server.otherwise({ steps: ["in"], finish: "hold" });
  const proxy = await startTunnel();
  const client = new NodeClient({ proxy: proxy.url });
  const connection = open({ url: server.url, client });
  expect(await texts(connection, 1)).toEqual(["in"]);
  await connection.handle.send("x");
  await (await server.connection(1)).message(1);
});

test("a server that takes the connection and says nothing: connectTimeout is over, handshakeTimeout ends it", async () => {
  const silent = createTcp((socket) => socket.on("error", () => {}).resume());
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as { port: number };
  const connection = open({ url: `ws://127.0.0.1:${port}`, handshakeTimeout: 100, reconnect: false });
  expect(await rejection(connection.opened)).toMatchObject({ code: "TIMEOUT", details: { phase: "handshake" } });
  await eventually("the end of the socket", async () => (await count(silent)) === 0);
});

test("an answer that is no HTTP is CONNECT, and fatal the third time running", async () => {
  const odd = createTcp((socket) => socket.end("SSH-2.0-OpenSSH\r\n"));
  await new Promise<void>((resolve) => odd.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void odd.close());
  const { port } = odd.address() as { port: number };
  const connection = open({ url: `ws://127.0.0.1:${port}` });
  expect(await rejection(connection.opened)).toMatchObject({ code: "CONNECT" });
  expect(connection.stats.attempts).toBe(3);
});

test("compression is offered where it is asked for; a bomb ends at maxMessageSize", async () => {
  const server = await startServer();
  const bomb = deflateRawSync(Buffer.alloc(2 ** 24, 32), { finishFlush: 2 }).subarray(0, -4);
  const fine = deflateRawSync(Buffer.from("hello hello hello"), { finishFlush: 2 }).subarray(0, -4);
  const headers = { "sec-websocket-extensions": "permessage-deflate" };
  server.otherwise({
    headers,
    steps: [{ frame: { opcode: "text", rsv: 4, payload: fine } }, { frame: { opcode: "text", rsv: 4, payload: bomb } }],
    finish: "hold",
  });
  const connection = open({ url: server.url, compression: true, maxMessageSize: 10_000 });
  expect(await texts(connection, 1)).toEqual(["hello hello hello"]);
  expect(await rejection(connection.next())).toMatchObject({ code: "WS_MESSAGE_TOO_LARGE" });
  const peer = await server.connection(1);
  expect(peer.headers["sec-websocket-extensions"]).toContain("permessage-deflate");
  const plain = open({ url: server.url });
  expect(await rejection(plain.opened)).toMatchObject({ code: "WS_PROTOCOL" });
});

test("a million messages of one byte, and one message in many fragments of one byte, in linear time", async () => {
  const server = await startServer();
  const small = Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.from([0x81, 1, 0x61])));
  server.otherwise(async (connection) => {
    for (let round = 0; round < 20; round += 1) await connection.write(small);
    await connection.send("x".repeat(4000), 1);
    await connection.receive();
  });
  const connection = await connect({ url: server.url, eventCapacity: 1000 });
  let total = 0;
  for await (const batch of connection.batches()) {
    total += batch.length;
    const last = batch.at(-1);
    if (last !== undefined && last.data.length === 4000) break;
  }
  expect(total).toBe(200_001);
});

test("a storm of accept-then-close is asked at most five times in ten seconds by the defaults", async () => {
  const server = await startServer();
  server.otherwise({ finish: "cut" });
  const connection = open({ url: server.url, reconnect: undefined });
  await eventually("the first attempts", () => server.connectionCount >= 2);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(server.connectionCount).toBeLessThanOrEqual(3);
  await connection.close();
});

test("64 takes of one message do not keep the chunk that it came in", async () => {
  const server = await startServer();
  server.otherwise({ steps: [Uint8Array.of(1, 2, 3), Uint8Array.of(4)], finish: "hold" });
  const got = await take(open({ url: server.url }), 2);
  for (const { data } of got) expect((data as Uint8Array).buffer.byteLength).toBe(data.length);
});

function count(server: ReturnType<typeof createTcp>): Promise<number> {
  return new Promise((resolve) => server.getConnections((_, connections) => resolve(connections)));
}
