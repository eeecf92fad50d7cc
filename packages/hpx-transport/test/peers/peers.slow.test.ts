// What the README's table says of other clients, in their versions of package.json. Where one of these fails after an
// upgrade, the peer has mended something, and the table is to be mended, too. Our own column has tests everywhere else.
import { createEventSource } from "eventsource-client";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Exchange, MockSseServer } from "../../src/testing/index.js";
import { type Peer, peers } from "./peers.js";

async function startServer(): Promise<MockSseServer> {
  const server = await MockSseServer.start({ deadline: 15_000 });
  onTestFinished(() => server.close());
  return server;
}

function open(peer: Peer, ...args: Parameters<Peer["open"]>): ReturnType<Peer["open"]> {
  const opened = peer.open(...args);
  onTestFinished(() => opened.close());
  return opened;
}

/** More than our `maxEventSize`, and more than the system's buffers hold. */
const MUCH = 24 * 2 ** 20;

/** Sends `MUCH` bytes, made by `piece`, and says when all of them were taken. */
function flood(piece: string): { reply: (exchange: Exchange) => Promise<void>; taken: () => number } {
  let taken = 0;
  const reply = async (exchange: Exchange): Promise<void> => {
    exchange.open();
    while (taken < MUCH) {
      await exchange.write(piece);
      taken += piece.length;
    }
    await exchange.hold();
  };
  return { reply, taken: () => taken };
}

describe.each(peers.map((peer) => ({ name: peer.name, peer })))("$name", ({ name, peer }) => {
  test("hammers a server that sends `retry: 0` and breaks off, over and over", async () => {
    const server = await startServer();
    server.otherwise({ body: "retry: 0\n\n", finish: "cut" });
    open(peer, server.url);
    await server.request(50);
  });

  test("never reaches the server again after an id outside Latin-1", async () => {
    const server = await startServer();
    server.reply({ body: "retry: 1\nid: 漢\ndata: a\n\n", finish: "cut" });
    const { seen } = open(peer, server.url);
    await expect.poll(() => seen.over || seen.failures >= 5, { timeout: 50_000 }).toBe(true);
    expect(seen.events).toEqual(["a"]);
    expect(server.requests).toHaveLength(1);
  });

  const comesAgain = name === "eventsource-client" || name === "fetch-event-source";
  const afterRefusal = comesAgain ? "tries again, earlier than Retry-After says" : "gives up";
  test(`${afterRefusal}, after a 503`, async () => {
    const server = await startServer();
    server.otherwise({ status: 503, headers: { "retry-after": "3600" } });
    const { seen } = open(peer, server.url);
    if (comesAgain) await server.request(2);
    else await expect.poll(() => seen.over).toBe(true);
    expect(server.requests).toHaveLength(comesAgain ? 2 : 1);
  });

  test("reads a line without end for as long as it comes", async () => {
    const server = await startServer();
    const { reply, taken } = flood("x".repeat(2 ** 16));
    server.reply(reply);
    const { seen } = open(peer, server.url);
    await expect.poll(taken, { timeout: 50_000 }).toBeGreaterThanOrEqual(MUCH);
    expect(seen.failures).toBe(0);
  }, 60_000);

  test("delivers what was read already after close()", async () => {
    const server = await startServer();
    server.reply({ body: "data: 1\n\ndata: 2\n\ndata: 3\n\n", finish: "hold" });
    const { seen } = open(peer, server.url, { onEvent: (_data, close) => close() });
    await server.request(1);
    await server.idle();
    expect(seen.events).toEqual(["1", "2", "3"]);
  });

  if (!peer.sendsHeaders) return;
  test("takes a key in a header of its own along to another origin", async () => {
    const [server, elsewhere] = [await startServer(), await startServer()];
    server.otherwise({ status: 307, headers: { location: elsewhere.url.replace("127.0.0.1", "localhost") } });
    open(peer, server.url, { headers: { "X-Api-Key": "secret" } });
    const request = await elsewhere.request(1);
    expect(request.headers["x-api-key"]).toBe("secret");
  });
});

test("eventsource-client reads all that comes while its loop stands still", async () => {
  const server = await startServer();
  const { reply, taken } = flood(`data: ${"x".repeat(2 ** 14)}\n\n`);
  server.reply(reply);
  const client = createEventSource(server.url);
  onTestFinished(() => client.close());
  const events = client[Symbol.asyncIterator]();
  await events.next();
  await expect.poll(taken, { timeout: 50_000 }).toBeGreaterThanOrEqual(MUCH);
}, 60_000);
