import { MockWsServer, type Violation, VIOLATIONS, type WsStep } from "hpx-transport/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RawWsClient } from "./raw-ws-client.js";

let server: MockWsServer;
let clients: RawWsClient[] = [];
beforeEach(async () => {
  server = await MockWsServer.start();
  clients = [];
});
afterEach(async () => {
  await Promise.all(clients.map(async (client) => await client.close()));
  await server.close();
});

async function play(...steps: readonly WsStep[]): Promise<RawWsClient> {
  server.reply({ steps, finish: "hold" });
  const client = new RawWsClient(server.url);
  clients.push(client);
  await client.opened();
  return client;
}

/** What a client received in the first `n` frames: kind, fin, reserved bits, masked, text. */
async function seen(client: RawWsClient, n: number): Promise<unknown[][]> {
  await client.received(n);
  return client.frames.map(({ kind, fin, rsv, masked, text }) => [kind, fin, rsv, masked, text]);
}

describe("steps", () => {
  test("a string is text, bytes are binary, json is text", async () => {
    expect(await seen(await play("é", Buffer.from("b"), { json: { a: 1 } }), 3)).toEqual([
      ["text", true, 0, false, "é"],
      ["binary", true, 0, false, "b"],
      ["text", true, 0, false, '{"a":1}'],
    ]);
  });

  test("a message in fragments, also inside a character", async () => {
    const client = await play({ message: "aéb", fragments: 2 }, { message: Buffer.from("abc"), fragments: 3 });
    await client.received(3);
    expect(client.frames.map(({ kind, fin, payload }) => [kind, fin, Buffer.from(payload).toString("hex")])).toEqual([
      ["text", false, "61c3"],
      ["continuation", true, "a962"],
      ["binary", true, "616263"],
    ]);
  });

  test("a frame in its parts", async () => {
    const client = await play({ frame: { opcode: 5, payload: "x", fin: false, rsv: 5, masked: true } });
    expect(await seen(client, 1)).toEqual([["unknown", false, 5, true, "x"]]);
  });

  test("ping, pong, and Close frames with a code, a reason, and neither", async () => {
    const client = await play({ ping: "p" }, { pong: "q" }, { close: 4000, reason: "why" }, { close: null });
    expect(await seen(client, 4)).toEqual([
      ["ping", true, 0, false, "p"],
      ["pong", true, 0, false, "q"],
      ["close", true, 0, false, "why"],
      ["close", true, 0, false, ""],
    ]);
    expect(client.frames.map(({ code }) => code)).toEqual([undefined, undefined, 4000, undefined]);
    expect(client.ended).toBeUndefined();
  });

  test("lengths of 7, 16 and 64 bits, minimal or not, true or not", async () => {
    const client = await play({ raw: "" }, "x".repeat(125), "x".repeat(126), "x".repeat(65_535), "x".repeat(65_536), {
      frame: { opcode: "text", payload: "", lengthBits: 64, length: 2 ** 62 },
    });
    await client.until("the last head", () => client.pieces.join("").endsWith("\u0081\u007f\u0040" + "\0".repeat(7)));
    expect(client.frames.map(({ payload }) => payload.length)).toEqual([125, 126, 65_535, 65_536]);
  });

  test("receive waits for messages, or for one of them", async () => {
    const client = await play({ receive: 2 }, "two", { receive: ({ text }) => text === "d" }, "d came");
    client.text("a");
    client.text("b");
    expect((await client.received(1)).text).toBe("two");
    client.text("c");
    client.text("d");
    expect((await client.received(2)).text).toBe("d came");
  });

  test("steps may come from a generator, whose finally runs when the connection is over", async () => {
    let ended = false;
    async function* steps(): AsyncGenerator<WsStep> {
      try {
        for (let n = 0; ; n += 1) {
          yield `${n}`;
          yield { delay: 1 };
        }
      } finally {
        ended = true;
      }
    }
    server.reply({ steps: steps() });
    const client = new RawWsClient(server.url);
    await client.received(3);
    await client.close();
    await server.until("the finally block", () => ended);
  });

  test("read: false stops reading, and true reads again", async () => {
    let resume = (): void => {};
    const gate = new Promise<void>((resolve) => (resume = resolve));
    const client = await play({ read: false }, "stopped", { until: gate }, { read: true });
    await client.received(1);
    client.text("x".repeat(10));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const connection = await server.connection(1);
    expect(connection.messageCount).toBe(0);
    resume();
    expect((await connection.message(1)).text).toBe("x".repeat(10));
  });
});

test.each(Object.keys(VIOLATIONS) as Violation[])("%s is sent as it is", async (violation) => {
  const client = await play({ garble: violation });
  const bytes = Buffer.concat(VIOLATIONS[violation].frames).toString("latin1");
  await client.until("its bytes", () => client.rest.toString("latin1") === bytes);
});
