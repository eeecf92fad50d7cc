import { expect, test } from "vitest";
import { NodeClient } from "../../src/http/entries/node.js";
import { TransportError } from "../../src/error.js";
import { connect, open, rejection, startServer, take, texts } from "./support.js";

test("text comes as a string, binary as bytes of its own, and both go out", async () => {
  const server = await startServer();
  server.reply({ steps: ["é", Uint8Array.of(1, 2), { receive: 2 }], finish: "hold" });
  const connection = await connect({ url: server.url });
  const [text, bytes] = await take(connection, 2);
  expect(text).toEqual({ kind: "update", data: "é", epoch: 1 });
  expect(bytes?.data).toEqual(Uint8Array.of(1, 2));
  expect(bytes?.data).toHaveProperty("buffer.byteLength", 2);
  await connection.handle.send("hi");
  expect(connection.handle.trySend(Uint8Array.of(3))).toBe(true);
  const peer = await server.connection(1);
  await peer.message(2);
  expect(peer.messages.map(({ data }) => data)).toEqual(["hi", Buffer.of(3)]);
  await connection.close();
  expect(peer.clientClose).toEqual({ code: 1000, reason: "" });
  expect(peer.violations).toEqual([]);
});

test("a 101 and the first frames in one segment: nothing is lost", async () => {
  const server = await startServer();
  server.reply({ headWithBody: true, steps: ["one", "two"], finish: "hold" });
  expect(await texts(open({ url: server.url }), 2)).toEqual(["one", "two"]);
});

test("a head that comes one byte at a time is read", async () => {
  const server = await startServer();
  server.reply({ headPace: { bytes: 1, pause: 1 }, steps: ["one"], finish: "hold" });
  expect(await texts(open({ url: server.url }), 1)).toEqual(["one"]);
});

test("a head that trickles in for longer than handshakeTimeout is TIMEOUT, retried", async () => {
  const server = await startServer();
  server.reply({ headPace: { bytes: 1, pause: 50 } }, { steps: ["late"], finish: "hold" });
  const errors: unknown[] = [];
  const connection = open({
    url: server.url,
    handshakeTimeout: 200,
    handler: { read: () => ({ kind: "update" }), onDisconnect: (error) => errors.push(error) },
  });
  expect(await texts(connection, 1)).toEqual(["late"]);
  expect(errors).toMatchObject([{ code: "TIMEOUT", details: { phase: "handshake", limit: 200 } }]);
});

test.each([
  ["a wrong hash", { headers: { "sec-websocket-accept": "wrong" } }, undefined],
  ["no hash", { headers: { "sec-websocket-accept": null } }, undefined],
  ["a 101 without Connection", { headers: { connection: null } }, undefined],
  ["a 101 with Connection: keep-alive alone", { headers: { connection: "keep-alive" } }, undefined],
  ["a 101 without Upgrade", { headers: { upgrade: null } }, undefined],
  ["a 101 that upgrades to something else", { headers: { upgrade: "h2c" } }, undefined],
  ["a protocol that was not offered", { protocol: "chat" }, undefined],
  ["another protocol than those offered", { protocol: "chat" }, ["feed"]],
  ["an extension that was not offered", { headers: { "sec-websocket-extensions": "permessage-deflate" } }, undefined],
] as const)("%s is WS_PROTOCOL, fatal, and the socket is gone at once", async (_name, reply, protocols) => {
  const server = await startServer();
  server.otherwise({ ...reply, finish: "hold" });
  // Without deadlines: the head alone ends it.
  const patient = { handshakeTimeout: 0, connectTimeout: 0, openTimeout: 0 };
  const error = await rejection(open({ url: server.url, ...patient, ...(protocols && { protocols }) }).opened);
  expect(error).toMatchObject({ code: "WS_PROTOCOL", retryable: false });
  await server.idle();
  expect(server.connectionCount).toBe(1);
});

test("one of the offered protocols is chosen, and the handler hears of it", async () => {
  const server = await startServer();
  server.otherwise({ protocol: "b", finish: "hold" });
  const infos: unknown[] = [];
  await connect({
    url: server.url,
    protocols: ["a", "b"],
    handler: { read: () => ({ kind: "update" }), onConnect: (info) => infos.push(info) },
  });
  expect((await server.connection(1)).protocols).toEqual(["a", "b"]);
  expect(infos).toMatchObject([{ protocol: "b", status: 101, attempt: 1, epoch: 1, url: new URL(server.url) }]);
});

test("a server that is not there is CONNECT; a URL, headers and protocols made for each attempt are asked anew", async () => {
  const server = await startServer();
  server.reply({ finish: "reset", head: false }, { steps: ["in"], finish: "hold" });
  let [urls, tokens] = [0, 0];
  const errors: unknown[] = [];
  const connection = open({
    url: () => `${server.url}${(urls += 1)}`,
    headers: async () => ({ "x-token": String((tokens += 1)) }),
    protocols: () => ["p"],
    handler: { read: () => ({ kind: "update" }), onDisconnect: (error) => errors.push(error) },
  });
  expect(await texts(connection, 1)).toEqual(["in"]);
  expect(errors).toMatchObject([{ code: "CONNECT" }]);
  expect(server.connections.map(({ url, headers, protocols }) => [url, headers["x-token"], protocols])).toEqual([
    ["/1", "1", ["p"]],
    ["/2", "2", ["p"]],
  ]);
});

test("the options of a NodeClient count: here, a socket path that leads nowhere", async () => {
  const client = new NodeClient({ socketPath: "/nowhere.sock" });
  const connection = open({ url: "ws://example.invalid/", client, reconnect: false });
  expect(await rejection(connection.opened)).toMatchObject({
    code: "CONNECT",
    details: { origin: "ws://example.invalid" },
  });
});

test("a connection that is closed before it opened rejects opened, and a signal's reason is thrown", async () => {
  const server = await startServer();
  const connection = open({ url: server.url });
  await connection.close();
  expect(TransportError.is(await rejection(connection.opened), "WS_CLOSED")).toBe(true);
  const controller = new AbortController();
  const aborted = open({ url: server.url, signal: controller.signal });
  const reason = new Error("enough");
  controller.abort(reason);
  expect(await rejection(aborted.next())).toBe(reason);
});
