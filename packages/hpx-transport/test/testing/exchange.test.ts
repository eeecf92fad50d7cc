import { type Exchange, MockSseServer } from "hpx-transport/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RawClient } from "./raw-client.js";

let server: MockSseServer;
beforeEach(async () => {
  server = await MockSseServer.start();
});
afterEach(async () => await server.close());

test("a reply function inspects the request and chooses", async () => {
  server.otherwise(async (exchange) => {
    if (exchange.request.headers["x-api-key"] === "k") await exchange.send({ data: "welcome" });
    else await exchange.play({ status: 401, body: "who are you?" });
  });
  const stranger = new RawClient(server.url);
  const friend = new RawClient(server.url, { headers: { "x-api-key": "k" } });
  expect([await stranger.ended(), await friend.ended()]).toEqual(["complete", "complete"]);
  expect(stranger.head).toContain("401");
  expect(stranger.body).toBe("who are you?");
  expect(friend.head).toContain("text/event-stream");
  expect(friend.body).toBe("data: welcome\n\n");
});

test("a reply function does all that a script does", async () => {
  server.reply(async (exchange) => {
    exchange.open({ status: 202, headers: { "x-a": "1" } });
    expect(exchange.isOpen).toBe(true);
    await exchange.comment("hi");
    await exchange.delay(1);
    exchange.pace = { bytes: 2, pause: 1 };
    await exchange.write("data: a\n");
    await exchange.until(Promise.resolve());
    await exchange.cut();
  });
  const client = new RawClient(server.url);
  expect(await client.ended()).toBe("fin");
  expect(client.head).toMatch(/202 Accepted\r\nx-a: 1/);
  expect(client.chunks).toEqual([": hi\n\n", "da", "ta", ": ", "a\n"]);
});

test("a reply function that just returns has ended a default stream", async () => {
  server.reply(() => {});
  const client = new RawClient(server.url);
  expect(await client.ended()).toBe("complete");
  expect(client.head).toMatch(/200 OK\r\ncontent-type: text\/event-stream/);
});

test("writes that are made at once go out one after the other, also slow ones", async () => {
  server.reply(async (exchange) => {
    exchange.pace = { bytes: 1, pause: 0 };
    await Promise.all([exchange.send({ data: "first" }), exchange.send({ data: "second" })]);
  });
  const client = new RawClient(server.url);
  await client.ended();
  expect(client.body).toBe("data: first\n\ndata: second\n\n");
});

test("a stream that follows is cut inside an event, and resumes by id with nothing lost or doubled", async () => {
  server.otherwise(async (exchange) => {
    exchange.finishAfter(25, "cut");
    await exchange.follow();
  });
  const ids: string[] = [];
  for (let n = 1; n <= 6; n += 1) server.publish({ data: "tick" });
  while (ids.length < 6) {
    const client = new RawClient(server.url, { headers: { "last-event-id": ids.at(-1) ?? "" } });
    if (ids.length < 5) {
      expect(await client.ended()).toBe("fin");
      expect(client.body).toHaveLength(25);
    } else await client.sees("\n\n");
    for (const [, id] of client.body.matchAll(/id: (\d+)\n.*\n\n/g)) ids.push(id as string);
  }
  expect(ids).toEqual(["1", "2", "3", "4", "5", "6"]);
});

test("finishAfter counts from the bytes that were written when it was called, also when those still wait", async () => {
  let exchange: Exchange | undefined;
  server.reply(async (started) => {
    exchange = started;
    await Promise.all([started.write("x".repeat(8 * 1024 * 1024)), started.write("0123456789")]);
  });
  const client = new RawClient(server.url);
  client.socket.pause();
  await server.until("a stream", () => server.openStreams === 1);
  exchange?.finishAfter(4, "cut");
  client.socket.resume();
  expect(await client.ended()).toBe("fin");
  expect(client.body.length).toBe(8 * 1024 * 1024 + 4);
});

describe("when the client goes away", () => {
  async function left(reply: (exchange: Exchange) => Promise<void>): Promise<{ error: unknown; exchange: Exchange }> {
    const outcome = new Promise<{ error: unknown; exchange: Exchange }>((resolve) => {
      server.reply(async (exchange) => {
        try {
          await reply(exchange);
        } catch (error) {
          resolve({ error, exchange });
          throw error;
        }
      });
    });
    const client = new RawClient(server.url);
    await server.until("a stream", () => server.openStreams === 1);
    client.socket.destroy();
    return await outcome;
  }

  test.each<[string, (exchange: Exchange) => Promise<void>]>([
    ["delay", async (exchange) => await exchange.delay(60_000)],
    ["until", async (exchange) => await exchange.until(new Promise(() => {}))],
    ["hold", async (exchange) => await exchange.hold()],
    ["follow", async (exchange) => await exchange.follow()],
    ["write", async (exchange) => await writeForever(exchange)],
    ["play", async (exchange) => await exchange.play({ body: [{ delay: 60_000 }] })],
  ])("%s rejects with an AbortError, and no wait of the server fails", async (_, reply) => {
    const { error, exchange } = await left(async (started) => {
      started.open();
      await reply(started);
    });
    expect(error).toMatchObject({ name: "AbortError" });
    expect(exchange.signal.aborted).toBe(true);
    await exchange.closed;
    await server.idle();
  });
});

async function writeForever(exchange: Exchange): Promise<never> {
  const chunk = new Uint8Array(64 * 1024);
  for (;;) await exchange.write(chunk);
}

test("a client that stops reading stops the writer", async () => {
  let written = 0;
  server.reply(async (exchange) => {
    for (; written < 4096; written += 1) await exchange.write(new Uint8Array(64 * 1024));
  });
  const client = new RawClient(server.url);
  client.socket.pause();
  await server.until("a stream", () => server.openStreams === 1);
  // Whole exchanges beside it: time enough for a writer that does not wait.
  for (let n = 0; n < 20; n += 1) {
    server.reply({});
    await new RawClient(server.url).ended();
  }
  expect(written).toBeGreaterThan(0);
  expect(written).toBeLessThan(1024);
});
