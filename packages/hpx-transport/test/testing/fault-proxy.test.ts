import { type Fault, FaultProxy, type Side } from "hpx-transport/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Peer, RawServer } from "./fault-proxy-peer.js";

let server: RawServer;
let proxy: FaultProxy;
beforeEach(async () => {
  server = await RawServer.start();
  proxy = await FaultProxy.start({ target: server.port });
});
afterEach(async () => {
  await proxy.close();
  await server[Symbol.asyncDispose]();
});

/** Both ends of a new connection through the proxy. */
async function link(): Promise<{ client: Peer; upstream: Peer }> {
  const client = Peer.connect(proxy.port);
  return { client, upstream: await server.peer(server.peers.length + 1) };
}

/** Both ends, by who sends the bytes that a fault is about. */
async function ends(from: Side): Promise<{ sender: Peer; receiver: Peer }> {
  const { client, upstream } = await link();
  return from === "client" ? { sender: client, receiver: upstream } : { sender: upstream, receiver: client };
}

const bytes = "0123456789";
const sides: readonly Side[] = ["server", "client"];

describe("without faults", () => {
  test("bytes pass both ways, and the end of one side leaves the other open", async () => {
    const { client, upstream } = await link();
    client.send("ping");
    await upstream.sees("ping");
    client.socket.end();
    expect(await upstream.until("a FIN", () => upstream.socket.readableEnded)).toBe(true);
    upstream.send("pong");
    upstream.socket.end();
    expect(await client.ended()).toBe("fin");
    expect(client.received).toBe("pong");
    await proxy.idle();
  });

  test.each(sides)("a reset by the %s reaches the other side", async (from) => {
    const { sender, receiver } = await ends(from);
    sender.send("x");
    await receiver.sees("x");
    sender.socket.resetAndDestroy();
    expect(await receiver.ended()).toBe("ECONNRESET");
    await proxy.idle();
  });

  test("a target that is not there resets the client", async () => {
    const { port } = await FaultProxy.start({ target: 1 }).then(async (gone) => {
      await gone.close();
      return gone;
    });
    await using lost = await FaultProxy.start({ target: `http://127.0.0.1:${port}/` });
    expect(await Peer.connect(lost.port).ended()).toBe("ECONNRESET");
    await lost.idle();
  });

  test("a receiver that stops reading holds the sender back, and loses nothing", async () => {
    const { client, upstream } = await link();
    client.socket.pause();
    const size = 32 * 1024 * 1024;
    upstream.send("x".repeat(size));
    upstream.socket.end();
    // As much again beside it: this one has had every chance to get on.
    const other = await link();
    other.upstream.send("x".repeat(size));
    other.upstream.socket.end();
    await other.client.ended();
    expect(upstream.socket.writableLength).toBeGreaterThan(size / 2);
    client.socket.resume();
    expect(await client.ended()).toBe("fin");
    expect(client.received.length).toBe(size);
  });
});

describe.each(sides)("bytes from the %s", (from) => {
  test("a cut comes after exactly so many, as FIN on both sides", async () => {
    for (let after = 1; after <= bytes.length; after += 1) {
      proxy.plan({ fault: "cut", after, from });
      const { sender, receiver } = await ends(from);
      sender.send(bytes);
      expect([after, await receiver.ended()]).toEqual([after, "fin"]);
      expect(receiver.received).toBe(bytes.slice(0, after));
      expect(await sender.ended()).toBe("fin");
    }
    await proxy.idle();
    expect(proxy.stats).toMatchObject({ cut: bytes.length, reset: 0 });
  });

  test("a reset comes after exactly so many, as RST on both sides", async () => {
    for (let after = 1; after <= bytes.length; after += 1) {
      proxy.plan({ fault: "reset", after, from });
      const { sender, receiver } = await ends(from);
      sender.send(bytes);
      expect([after, await receiver.ended()]).toEqual([after, "ECONNRESET"]);
      expect(receiver.received).toBe(bytes.slice(0, after));
      expect(await sender.ended()).toBe("ECONNRESET");
    }
    await proxy.idle();
    expect(proxy.stats.reset).toBe(bytes.length);
  });

  test.each([0, 4])("a stall after %d closes nothing; the other way goes on", async (after) => {
    proxy.plan({ fault: "stall", after, from });
    const { sender, receiver } = await ends(from);
    sender.send(bytes);
    receiver.send("back");
    await sender.sees("back");
    await proxy.until("the stall", () => proxy.stats.stall === 1);
    sender.send("more");
    // A whole connection beside it: this one has had every chance to say more.
    await (await ends(from)).sender.until("a connection", () => true);
    expect(receiver.received).toBe(bytes.slice(0, after));
    expect(receiver.socket.readableEnded).toBe(false);
  });

  test("a delay holds each byte back, and does not slow down what follows", async () => {
    proxy.plan({ fault: "delay", ms: 100, from });
    const { sender, receiver } = await ends(from);
    const start = performance.now();
    for (const byte of bytes) {
      sender.send(byte);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await receiver.sees(bytes);
    expect(performance.now() - start).toBeGreaterThanOrEqual(99);
    expect(performance.now() - start).toBeLessThan(5 * 100);
    expect(proxy.stats.delay).toBe(1);
  });

  test("a throttle pauses after so many", async () => {
    proxy.plan({ fault: "throttle", bytes: 4, pause: 20, from });
    const { sender, receiver } = await ends(from);
    const start = performance.now();
    sender.send(bytes);
    await receiver.sees(bytes);
    expect(performance.now() - start).toBeGreaterThanOrEqual(38);
    expect(receiver.pieces).toEqual(["0123", "4567", "89"]);
    expect(proxy.stats.throttle).toBe(1);
  });

  test("a split breaks up what was sent at once", async () => {
    proxy.plan({ fault: "split", bytes: 3, from });
    const { sender, receiver } = await ends(from);
    sender.send(bytes);
    await receiver.sees(bytes);
    // The system may still put neighbours together.
    expect(receiver.pieces.length).toBeGreaterThan(1);
    expect(proxy.stats.split).toBe(1);
  });

  test("a merge puts together what was sent piece by piece, and the end comes after it", async () => {
    proxy.plan({ fault: "merge", ms: 50, from });
    const { sender, receiver } = await ends(from);
    for (const byte of bytes) {
      sender.send(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    sender.socket.end();
    await receiver.until("a FIN", () => receiver.socket.readableEnded);
    expect(receiver.received).toBe(bytes);
    expect(receiver.pieces.length).toBeLessThan(3);
    expect(proxy.stats.merge).toBe(1);
  });

  test("faults that bend and a fault that breaks go together", async () => {
    const bend: Fault[] = [
      { fault: "split", bytes: 1, from },
      { fault: "delay", ms: 5, from },
    ];
    const breaks: Fault[] = [
      { fault: "reset", after: 9, from },
      { fault: "cut", after: 7, from },
    ];
    proxy.plan([...bend, ...breaks], [...breaks.toReversed(), ...bend]);
    for (const times of [1, 2]) {
      const { sender, receiver } = await ends(from);
      sender.send(bytes);
      expect(await receiver.ended()).toBe("fin");
      expect(receiver.received).toBe("0123456");
      expect(proxy.stats).toMatchObject({ cut: times, reset: 0, split: times, delay: times });
    }
  });
});

describe("a cut", () => {
  test("loses nothing of what came before it, also when the client reads late and still talks", async () => {
    const size = 256 * 1024;
    proxy.plan({ fault: "cut", after: size });
    const { client, upstream } = await link();
    client.socket.pause();
    upstream.send("x".repeat(2 * size));
    expect(await upstream.ended()).toBe("fin");
    client.send("are you there?");
    // Time for a reset, were there one.
    await new Promise((resolve) => setTimeout(resolve, 20));
    client.socket.resume();
    expect(await client.ended()).toBe("fin");
    expect(client.received.length).toBe(size);
  });

  test("does not wait for ever for a peer to close too", async () => {
    proxy.plan({ fault: "cut", after: 1 });
    const { upstream } = await link();
    upstream.send("x");
    await proxy.idle();
    expect(upstream.socket.readableEnded).toBe(true);
  });
});

describe("at the door", () => {
  test.each([
    ["cut", "fin"],
    ["reset", "ECONNRESET"],
  ] as const)(
    "%s after no byte never reaches the target, also when the client has sent something",
    async (fault, code) => {
      proxy.plan({ fault, after: 0 });
      const client = Peer.connect(proxy.port);
      client.send(bytes);
      expect(await client.ended()).toBe(code);
      await proxy.idle();
      expect(server.peers).toEqual([]);
      expect(proxy.stats[fault]).toBe(1);
    },
  );

  test("refuse resets one and then does not listen for a while", async () => {
    const { client } = await link();
    proxy.plan({ fault: "refuse", for: 60 });
    expect(await Peer.connect(proxy.port).ended()).toBe("ECONNRESET");
    expect(await Peer.connect(proxy.port).ended()).toBe("ECONNREFUSED");
    expect(client.socket.readableEnded).toBe(false);
    let outcome = "ECONNREFUSED";
    while (outcome === "ECONNREFUSED") {
      const next = Peer.connect(proxy.port);
      await next.until("an answer", () => next.socket.closed || next.socket.readyState === "open");
      outcome = next.socket.errored === null ? "open" : await next.ended();
    }
    expect(outcome).toBe("open");
    expect(proxy.stats.refuse).toBe(1);
  });
});

describe("a stalled connection does not outlive its client", () => {
  test.each(sides)("when bytes from the %s are withheld", async (from) => {
    proxy.plan({ fault: "stall", after: 0, from });
    const { client, upstream } = await link();
    await proxy.until("the stall", () => proxy.stats.stall === 1);
    // More than would be held for a receiver that is only slow.
    for (const peer of [client, upstream]) peer.send("x".repeat(1024 * 1024));
    client.socket.end();
    await upstream.ended();
    await proxy.idle();
  });

  test("when it had left before the stall", async () => {
    proxy.plan({ fault: "stall", after: 1 });
    const { client, upstream } = await link();
    client.socket.end();
    await upstream.until("a FIN", () => upstream.socket.readableEnded);
    upstream.send("xx");
    await client.ended();
    await proxy.idle();
  });
});
