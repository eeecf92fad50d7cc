import { once } from "node:events";
import { MockWsServer, type WsScript } from "hpx-transport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { rejection } from "../../support/promises.js";
import { RawWsClient } from "./raw-ws-client.js";

let server: MockWsServer;
let clients: RawWsClient[] = [];
beforeEach(async () => {
  server = await MockWsServer.start();
  clients = [];
});
afterEach(async () => {
  await Promise.all(clients.map(async (client) => await client.close()));
  await server.close().catch(() => {});
});

async function connect(script: WsScript): Promise<RawWsClient> {
  server.reply(script);
  const client = new RawWsClient(server.url);
  clients.push(client);
  await client.opened();
  return client;
}

test("a script closes with 1000, and ends TCP when the client has answered", async () => {
  const client = await connect({ steps: ["x"] });
  expect(await client.received(2)).toMatchObject({ kind: "close", code: 1000 });
  expect(client.ended).toBeUndefined();
  client.send({ opcode: "close", payload: Uint8Array.of(3, 232) });
  expect(await client.end()).toBe("fin");
  client.socket.end();
  await server.idle();
  expect((await server.connection(1)).clientClose).toEqual({ code: 1000, reason: "" });
});

test("a Close frame of the client is answered once, then TCP ends", async () => {
  const client = await connect({ finish: "hold" });
  client.send({ opcode: "close", payload: Buffer.from("\u{f}\u{a1}bye", "latin1") });
  expect(await client.received(1)).toMatchObject({ kind: "close", code: 4001, text: "bye" });
  expect(await client.end()).toBe("fin");
  expect(client.frames).toHaveLength(1);
  expect((await server.connection(1)).clientClose).toEqual({ code: 4001, reason: "bye" });
});

test("a server that closes after the client did ends TCP at once", async () => {
  const client = await connect({ finish: "hold", onClose: "ignore" });
  client.send({ opcode: "close" });
  const connection = await server.connection(1);
  await connection.frame("close");
  void connection.close().catch(() => {});
  expect(await client.received(1)).toMatchObject({ kind: "close", code: 1000 });
  expect(await client.end()).toBe("fin");
});

test("onClose keep answers and leaves TCP open; ignore does nothing", async () => {
  const kept = await connect({ finish: "hold", onClose: "keep" });
  kept.send({ opcode: "close" });
  expect(await kept.received(1)).toMatchObject({ kind: "close" });
  const ignored = await connect({ finish: "hold", onClose: "ignore", steps: [{ delay: 30 }, "still here"] });
  ignored.send({ opcode: "close" });
  expect(await ignored.received(1)).toMatchObject({ kind: "text" });
  kept.socket.end();
  ignored.socket.end();
  for (const n of [1, 2]) {
    const connection = await server.connection(n);
    await connection.wait("FIN", () => connection.clientEnd === "fin");
  }
  expect([kept.ended, ignored.ended, server.openSockets]).toEqual([undefined, undefined, 2]);
});

test("cut and reset end TCP without a Close frame, also in the middle of a frame", async () => {
  const cut = await connect({ steps: ["whole", "half"], finish: "cut", finishAfter: 10 });
  expect(await cut.end()).toBe("fin");
  expect([cut.texts, cut.rest.length]).toEqual([["whole"], 10]);
  const reset = await connect({ steps: ["whole", "half"], finish: "reset", finishAfter: 10 });
  expect(await reset.end()).toBe("reset");
  expect([reset.texts, reset.rest.length]).toEqual([["whole"], 10]);
});

test("a half-close sends FIN, and reads on", async () => {
  const client = await connect({ steps: ["x"], finish: "half-close" });
  expect(await client.end()).toBe("fin");
  client.text("do you hear");
  const connection = await server.connection(1);
  expect((await connection.message(1)).text).toBe("do you hear");
  expect(connection.isClosed).toBe(false);
  client.socket.end();
  await server.idle();
});

test("a client that vanishes is told by FIN or RST", async () => {
  const [fin, reset] = [await connect({ finish: "hold" }), await connect({ finish: "hold" })];
  fin.socket.end();
  reset.socket.resetAndDestroy();
  await server.idle();
  expect(server.connections.map(({ clientEnd }) => clientEnd)).toEqual(["fin", "reset"]);
});

test.each([
  ["close", "fin"],
  ["cut", "fin"],
  ["reset", "reset"],
] as const)("disconnectAll by %s", async (how, ended) => {
  const client = await connect({ finish: "hold" });
  const gone = server.disconnectAll(how);
  if (how === "close") {
    expect(await client.received(1)).toMatchObject({ kind: "close", code: 1000 });
    client.send({ opcode: "close" });
  }
  expect(await client.end()).toBe(ended);
  client.socket.end();
  await gone;
  expect(server.openSockets).toBe(0);
});

test("sendAll reaches every open connection", async () => {
  const all = [await connect({ finish: "hold" }), await connect({ finish: "hold" })];
  await server.sendAll("news");
  for (const client of all) expect((await client.received(1)).text).toBe("news");
});

test("close() ends every connection and every wait", async () => {
  const client = await connect({ finish: "hold" });
  const wait = rejection(server.connection(9));
  await server.close();
  expect(String(await wait)).toContain("the mock server was closed during this wait");
  if (!client.socket.closed && client.ended === undefined) await once(client.socket, "end");
});

test("a reply that throws fails every wait and close()", async () => {
  server.reply(async () => await Promise.reject(new Error("my mistake")));
  clients.push(new RawWsClient(server.url));
  await expect(server.connection(2)).rejects.toThrow("my mistake");
  await expect(server.close()).rejects.toThrow("my mistake");
});

test("the end of a connection stops its reply without a failure", async () => {
  let cleanedUp = false;
  server.reply(async (connection) => {
    try {
      await connection.send("x");
      await connection.hold();
    } finally {
      cleanedUp = true;
    }
  });
  const client = new RawWsClient(server.url);
  await client.received(1);
  await client.close();
  await server.idle();
  await server.until("the finally block", () => cleanedUp);
  await server.close();
});
