import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { type Fault, FaultProxy, MockSseServer } from "hpx-transport/testing";
import { describe, expect, test, vi } from "vitest";
import { Peer, RawServer } from "./fault-proxy-peer.js";
import { RawClient } from "./raw-client.js";

function resources(kind: RegExp): number {
  return process.getActiveResourcesInfo().filter((name) => kind.test(name)).length;
}

test("the url is the target's, led through the proxy", async () => {
  await using proxy = await FaultProxy.start({ target: "https://localhost:1/stream?a=1" });
  expect(proxy.url).toBe(`https://127.0.0.1:${proxy.port}/stream?a=1`);
  await using other = await FaultProxy.start({ target: 1 });
  expect(other.url).toBe(`http://127.0.0.1:${other.port}/`);
});

test("plans are taken in turn, then what otherwise says for the connection's number", async () => {
  await using server = await MockSseServer.start();
  server.otherwise({ body: "hello" });
  await using proxy = await FaultProxy.start({ target: server.url });
  proxy.plan({ fault: "cut", after: 0 }, []);
  const numbers: number[] = [];
  proxy.otherwise((connection) => {
    numbers.push(connection);
    return { fault: "reset", after: 0 };
  });
  const seen: string[] = [];
  for (let n = 1; n <= 4; n += 1) seen.push(await new RawClient(proxy.url).ended());
  expect(seen).toEqual(["fin", "complete", "reset", "reset"]);
  expect(numbers).toEqual([3, 4]);
  proxy.otherwise([]);
  expect(await new RawClient(proxy.url).ended()).toBe("complete");
  expect(proxy.connections).toBe(5);
  expect(proxy.stats).toEqual({ cut: 1, reset: 2, refuse: 0, stall: 0, delay: 0, throttle: 0, split: 0, merge: 0 });
});

test("a whole SSE exchange goes through, byte by byte", async () => {
  await using server = await MockSseServer.start();
  server.reply({ body: "data: é\n\n", finish: "end" });
  await using proxy = await FaultProxy.start({ target: new URL(server.url) });
  proxy.plan([
    { fault: "split", bytes: 1 },
    { fault: "split", bytes: 1, from: "client" },
  ]);
  const client = new RawClient(proxy.url);
  expect(await client.ended()).toBe("complete");
  expect(Buffer.from(client.body, "latin1").toString()).toBe("data: é\n\n");
});

describe("disconnectAll", () => {
  test.each([
    ["cut", "fin"],
    ["reset", "ECONNRESET"],
  ] as const)("%s breaks every connection, and new ones come through", async (how, expected) => {
    await using server = await RawServer.start();
    await using proxy = await FaultProxy.start({ target: server.port });
    const clients = [Peer.connect(proxy.port), Peer.connect(proxy.port)];
    (await server.peer(1)).send("a");
    (await server.peer(2)).send("a");
    for (const client of clients) await client.sees("a");
    const gone = proxy.disconnectAll(how);
    for (const peer of [...clients, ...server.peers]) expect(await peer.ended()).toBe(expected);
    await gone;
    expect(proxy.openConnections).toBe(0);
    const late = Peer.connect(proxy.port);
    (await server.peer(3)).send("b");
    await late.sees("b");
    late.socket.destroy();
  });
});

test("a reset that comes together with a FIN still closes the connection", async () => {
  await using server = await RawServer.start();
  await using proxy = await FaultProxy.start({ target: server.port });
  const client = Peer.connect(proxy.port);
  (await server.peer(1)).send("a");
  await client.sees("a");
  await Promise.all([proxy.disconnectAll("cut"), proxy.disconnectAll("reset")]);
  expect(proxy.openConnections).toBe(0);
  await client.ended();
  client.socket.destroy();
});

describe("close", () => {
  test("leaves no socket, no timer and no listening port, whatever the connections are doing", async () => {
    const before = resources(/Timeout|Immediate/);
    const server = await RawServer.start();
    const proxy = await FaultProxy.start({ target: server.port });
    const plans: Fault[] = [
      { fault: "stall", after: 0 },
      { fault: "delay", ms: 60_000 },
      { fault: "throttle", bytes: 1, pause: 60_000 },
      { fault: "merge", ms: 60_000 },
      { fault: "cut", after: 1 },
      { fault: "reset", after: 1 },
      { fault: "split", bytes: 1 },
      { fault: "refuse", for: 60_000 },
    ];
    proxy.plan(...plans);
    const clients: Peer[] = [];
    for (let n = 1; n < plans.length; n += 1) {
      clients.push(Peer.connect(proxy.port));
      (await server.peer(n)).send("x".repeat(10_000));
    }
    const refused = Peer.connect(proxy.port);
    expect(await refused.ended()).toBe("ECONNRESET");
    await proxy.until("each to take effect", () => Object.values(proxy.stats).filter((n) => n > 0).length >= 7);
    await proxy.close();
    expect(proxy.openConnections).toBe(0);
    for (const { socket } of [...clients, ...server.peers]) {
      socket.resume();
      socket.destroy();
    }
    await server[Symbol.asyncDispose]();
    for (const { socket } of clients) if (!socket.closed) await once(socket, "close");
    // A handle is counted until the turn after the one that closed it.
    await vi.waitFor(() => expect(resources(/TCP/)).toBe(0), { interval: 1 });
    expect(resources(/Timeout|Immediate/)).toBeLessThanOrEqual(before);
    expect(await Peer.connect(proxy.port).ended()).toBe("ECONNREFUSED");
  });

  test("may be called twice, and ends every wait", async () => {
    const proxy = await FaultProxy.start({ target: 1 });
    const waiting = expect(proxy.until("a miracle", () => false)).rejects.toThrow("closed during this wait");
    await Promise.all([proxy.close(), proxy.close()]);
    await waiting;
  });

  test("while the port is refused, and somebody else has taken it", async () => {
    const proxy = await FaultProxy.start({ target: 1 });
    proxy.plan({ fault: "refuse", for: 10 });
    await Peer.connect(proxy.port).ended();
    const thief = createServer().listen(proxy.port, "127.0.0.1");
    await once(thief, "listening");
    await new Promise((resolve) => setTimeout(resolve, 30));
    await proxy.close();
    expect((thief.address() as AddressInfo).port).toBe(proxy.port);
    thief.close();
  });
});

describe("mistakes", () => {
  test.each<[string, unknown, string]>([
    ["an unknown fault", { fault: "explode" }, 'there is no fault like {"fault":"explode"}'],
    ["a missing number", { fault: "cut" }, "cut: after is undefined; it takes a whole number from 0"],
    ["a number out of range", { fault: "split", bytes: 0 }, "split: bytes is 0; it takes a whole number from 1"],
    ["a fraction", [{ fault: "throttle", bytes: 1, pause: 0.5 }], "throttle: pause is 0.5"],
    ["an unknown side", { fault: "stall", after: 1, from: "me" }, 'stall: from is "me"; it takes "client" or "server"'],
  ])("%s is told at once", async (_, plan, message) => {
    await using proxy = await FaultProxy.start({ target: 1 });
    expect(() => proxy.plan(plan as Fault)).toThrow(message);
    expect(() => proxy.otherwise(plan as Fault)).toThrow(message);
  });

  test("a plan function that throws resets its connection and makes waits and close() reject", async () => {
    const proxy = await FaultProxy.start({ target: 1 });
    proxy.otherwise(() => {
      throw new Error("the test's own mistake");
    });
    const waiting = expect(proxy.until("a miracle", () => false)).rejects.toThrow("own mistake");
    expect(await Peer.connect(proxy.port).ended()).toBe("ECONNRESET");
    await waiting;
    await expect(proxy.close()).rejects.toThrow("own mistake");
  });

  test("a wait that ends in vain says what happened instead", async () => {
    await using server = await RawServer.start();
    await using proxy = await FaultProxy.start({ target: server.port, deadline: 30 });
    proxy.plan({ fault: "cut", after: 0 });
    await Peer.connect(proxy.port).ended();
    const client = Peer.connect(proxy.port);
    await server.peer(1);
    await expect(proxy.idle()).rejects.toThrow(
      /waited 30 ms for every connection to be gone; 2 connections came, \d are open; cut 1 took effect/,
    );
    client.socket.destroy();
  });
});
