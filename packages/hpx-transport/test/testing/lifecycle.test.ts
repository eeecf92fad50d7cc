import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { MockSseServer, type Reply, type Step } from "hpx-transport/testing";
import { describe, expect, test } from "vitest";
import { RawClient } from "./raw-client.js";

describe("a deadline", () => {
  test("names the request it waited for and what came instead", async () => {
    await using server = await MockSseServer.start({ deadline: 30 });
    await expect(server.nextRequest()).rejects.toThrow("waited 30 ms for request 1; no request came; 0 streams");
    const client = new RawClient(server.url, { path: "/a" });
    await server.nextRequest({ deadline: 5000 });
    await expect(server.request(3, { deadline: 20 })).rejects.toThrow(
      "waited 20 ms for request 3; 1 came: GET /a; 1 streams and 1 connections are open",
    );
    await expect(server.idle()).rejects.toThrow("waited 30 ms for every connection to be gone");
    await expect(server.until("a miracle", () => false)).rejects.toThrow("waited 30 ms for a miracle");
    client.socket.destroy();
  });

  test("that passed does not use up the request", async () => {
    await using server = await MockSseServer.start();
    await expect(server.nextRequest({ deadline: 10 })).rejects.toThrow("request 1");
    const client = new RawClient(server.url, { path: "/late" });
    expect((await server.nextRequest()).url).toBe("/late");
    client.socket.destroy();
  });
});

describe("close", () => {
  test("leaves no socket, no timer and no listening port, whatever the replies are doing", async () => {
    const server = await MockSseServer.start();
    server.reply(
      { body: [{ delay: 60_000 }] },
      { body: [{ until: new Promise(() => {}) }] },
      { head: false, finish: "hold" },
      { body: [{ pace: { bytes: 1, pause: 60_000 } }, "slow"] },
      { body: "x".repeat(64 * 1024 * 1024) },
      {},
    );
    const clients = Array.from({ length: 7 }, () => new RawClient(server.url));
    clients[4]?.socket.pause();
    await server.request(7);
    const waiting = expect(server.request(8)).rejects.toThrow("closed during this wait");
    await server.close();
    await waiting;
    expect(server.openSockets).toBe(0);
    expect(server.openStreams).toBe(0);
    for (const client of clients) {
      client.socket.resume();
      if (!client.socket.closed) await once(client.socket, "close");
    }
    expect(resources()).toEqual([]);
    const late = new RawClient(server.url);
    expect(await late.ended()).toBe("refused");
  });

  test("does not leave the moment that a reset waits for", async () => {
    // The test runner has timers of its own at the start of a test.
    const before = timers();
    const server = await MockSseServer.start();
    server.reply({ body: "x", finish: "reset" });
    const client = new RawClient(server.url);
    await client.sees("x");
    await server.close();
    expect(timers()).toBeLessThanOrEqual(before);
  });

  test("may be called twice, and comes with `await using`", async () => {
    let url: string;
    {
      await using server = await MockSseServer.start();
      url = server.url;
      await Promise.all([server.close(), server.close()]);
    }
    expect(await new RawClient(url).ended()).toBe("refused");
  });
});

describe("a reply that fails", () => {
  const failing = (): never => {
    throw new Error("the test's own mistake");
  };

  test("makes pending waits, later waits and close() reject with its error, and resets its connection", async () => {
    const server = await MockSseServer.start();
    server.reply(failing);
    const pending = expect(server.request(2)).rejects.toThrow("own mistake");
    expect(await new RawClient(server.url).ended()).toBe("reset");
    await pending;
    await expect(server.idle()).rejects.toThrow("own mistake");
    await expect(server.close()).rejects.toThrow("own mistake");
    expect(server.openSockets).toBe(0);
  });

  test.each<[string, Reply, string]>([
    [
      "a gate that rejects",
      async (exchange) => await exchange.until(Promise.reject(new Error("bad gate"))),
      "bad gate",
    ],
    ["an event that cannot be encoded", { body: [{ event: { id: "a\nb" } }] }, "line end"],
    ["a step that does not exist", { body: [{ pause: 1 } as unknown as Step] }, 'no step like {"pause":1}'],
    ["a header that cannot be sent", { headers: { "x-a": "\n" } }, "Invalid character"],
  ])("%s is such a failure", async (_, reply, message) => {
    const server = await MockSseServer.start();
    server.reply(reply);
    await new RawClient(server.url).ended();
    await expect(server.close()).rejects.toThrow(message);
  });

  test("may fail as late as in the cleanup that close() sets off", async () => {
    const server = await MockSseServer.start();
    server.reply(async (exchange) => {
      try {
        await exchange.hold();
      } finally {
        failing();
      }
    });
    const client = new RawClient(server.url);
    await server.nextRequest();
    await expect(server.close()).rejects.toThrow("own mistake");
    expect(await client.ended()).toBe("fin");
  });

  test("an AbortError of its own, with the exchange alive, is one too", async () => {
    const server = await MockSseServer.start();
    server.reply(() => {
      throw new DOMException("mine", "AbortError");
    });
    await new RawClient(server.url).ended();
    await expect(server.close()).rejects.toThrow("mine");
  });
});

test("start listens on the port it is given, and rejects where that is taken", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  await expect(MockSseServer.start({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  other.close();
  await once(other, "close");
  await using server = await MockSseServer.start({ port });
  expect(server.url).toBe(`http://127.0.0.1:${port}/`);
});

function resources(): string[] {
  return process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|Immediate/.test(name));
}

function timers(): number {
  return resources().filter((name) => name === "Timeout").length;
}
