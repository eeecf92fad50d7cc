import { TransportError } from "hpx-transport";
import { type MockWsConnection, MockWsServer, type WsScript } from "hpx-transport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "../../support/promises.js";
import { RawWsClient } from "./raw-ws-client.js";

let server: MockWsServer;
let client: RawWsClient;
beforeEach(async () => {
  server = await MockWsServer.start({ recordedBytes: 400 });
});
afterEach(async () => {
  await client.close();
  await server.close();
});

async function connect(script: WsScript = { finish: "hold" }): Promise<MockWsConnection> {
  server.reply(script);
  client = new RawWsClient(server.url);
  await client.opened();
  return await server.nextConnection();
}

test("messages are recorded: text, binary, JSON, and in fragments around a ping", async () => {
  const connection = await connect();
  client.text("é");
  client.send({ opcode: "binary", payload: Uint8Array.of(1, 2) });
  client.send({ opcode: "text", payload: '{"a"', fin: false });
  client.send({ opcode: "ping", payload: "in between" });
  client.send({ opcode: "continuation", payload: ":1}" });
  const third = await connection.message(3);
  expect(connection.messages.map(({ data, frames }) => [data, frames])).toEqual([
    ["é", 1],
    [Buffer.of(1, 2), 1],
    ['{"a":1}', 2],
  ]);
  expect(third.json()).toEqual({ a: 1 });
  expect(connection.frames.map(({ kind }) => kind)).toEqual(["text", "binary", "text", "ping", "continuation"]);
  expect(connection.violations).toEqual([]);
});

test("pings are answered with their payload, unless the reply says otherwise", async () => {
  await connect();
  client.send({ opcode: "ping", payload: "p" });
  expect(await client.received(1)).toMatchObject({ kind: "pong", text: "p" });
  await client.close();
  const silent = await connect({ pongs: false, finish: "hold", steps: [{ receive: 1 }, "after"] });
  client.send({ opcode: "ping", payload: "p" });
  client.text("x");
  expect(await client.received(1)).toMatchObject({ kind: "text", text: "after" });
  expect(await silent.frame("ping")).toMatchObject({ text: "p" });
});

test.each([
  ["an unmasked frame", [{ opcode: "text", masked: false }], ["frame 1: it is not masked"]],
  ["reserved bits", [{ opcode: "text", rsv: 4 }], ["frame 1: its reserved bits are 4"]],
  ["a reserved opcode", [{ opcode: 11 }], ["frame 1: its opcode is reserved"]],
  ["a fragmented ping", [{ opcode: "ping", fin: false }], ["frame 1: a ping is fragmented"]],
  ["a long ping", [{ opcode: "ping", payload: "x".repeat(126) }], ["frame 1: a ping has 126 bytes"]],
  ["a stray continuation", [{ opcode: "continuation" }], ["frame 1: it continues no message"]],
  [
    "a message inside another one",
    [{ opcode: "text", fin: false }, { opcode: "text" }],
    ["frame 2: it begins a message inside another one"],
  ],
  ["text that is not UTF-8", [{ opcode: "text", payload: Uint8Array.of(0xff) }], ["frame 1: its text is not UTF-8"]],
  ["a close of one byte", [{ opcode: "close", payload: "x" }], ["frame 1: a close has one byte"]],
  ["a frame after a close", [{ opcode: "close" }, { opcode: "text" }], ["frame 2: it comes after a Close frame"]],
] as const)("%s of the client is told", async (_, frames, expected) => {
  const connection = await connect({ finish: "hold", onClose: "ignore" });
  for (const frame of frames) client.send(frame);
  await connection.wait("a violation", () => connection.violations.length > 0);
  expect(connection.violations).toEqual(expected);
});

test("RSV1 is no violation once permessage-deflate is agreed on", async () => {
  const connection = await connect({ headers: { "sec-websocket-extensions": "permessage-deflate" }, finish: "hold" });
  client.send({ opcode: "text", payload: "x", rsv: 4 });
  await connection.message(1);
  expect(connection.violations).toEqual([]);
});

test("receive and the loop give each message once, and end with the connection", async () => {
  const seen: string[] = [];
  server.otherwise(async (connection) => {
    seen.push((await connection.receive()).text);
    for await (const { text } of connection) seen.push(text);
    seen.push("over");
  });
  client = new RawWsClient(server.url);
  for (const text of ["a", "b", "c"]) client.text(text);
  await eventually("the messages", () => seen.length === 3);
  await client.close();
  await server.until("the end", () => seen.length === 4);
  expect(seen).toEqual(["a", "b", "c", "over"]);
});

test("only the newest are kept, and a forgotten one is told", async () => {
  const connection = await connect();
  for (let n = 0; n < 20; n += 1) client.text(`${n}`);
  expect((await connection.message(20)).text).toBe("19");
  // 400 bytes, and a message counts as 64 and its text.
  expect(connection.messages).toHaveLength(6);
  expect(connection.messageCount).toBe(20);
  await expect(connection.message(1)).rejects.toThrow(
    /message 1 was forgotten: the last \d are kept \(recordedBytes\)/,
  );
});

test("a wait that takes too long tells what came instead", async () => {
  const connection = await connect();
  client.text("only this");
  await connection.message(1);
  await expect(connection.message(2, { deadline: 5 })).rejects.toThrow(
    'waited 5 ms for message 2; 1 handshakes came; 1 WebSockets and 1 TCP connections are open; the last one received text "only this"',
  );
});

test("options that cannot be used are refused", async () => {
  client = new RawWsClient(server.url);
  const error: unknown = await MockWsServer.start({ recordedBytes: -1 }).catch((thrown: unknown) => thrown);
  expect(TransportError.is(error, "CONFIG") && error.message).toContain("recordedBytes: -1 cannot be used");
});
