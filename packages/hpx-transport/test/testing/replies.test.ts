import { once } from "node:events";
import { connect } from "node:net";
import { NodeClient } from "hpx-transport/http";
import { SseConnection } from "hpx-transport/sse";
import { MockSseServer, type MockSseServerOptions, type Step } from "hpx-transport/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeAuthority } from "../http/support/authority.js";
import { RawClient } from "./raw-client.js";

async function start(options?: MockSseServerOptions): Promise<MockSseServer> {
  const server = await MockSseServer.start(options);
  onTestFinished(async () => await server.close());
  return server;
}

async function bodyOf(url: string): Promise<string> {
  return await (await fetch(url)).text();
}

describe("replies by path", () => {
  test("the n-th request of a path gets its n-th reply, later ones the last, whatever the query", async () => {
    const server = await start();
    server.route("/a", { body: "a1" }, { body: "a2" });
    server.route("/b", { body: "b" });
    server.reply({ body: "queued" });
    server.otherwise({ body: "other" });
    const bodies: string[] = [];
    for (const path of ["a", "b?x=1", "a?y", "c", "a", "c", "b"]) bodies.push(await bodyOf(server.url + path));
    expect(bodies).toEqual(["a1", "b", "a2", "queued", "a2", "other", "b"]);
  });

  test("a route is replaced, and taken back without replies", async () => {
    const server = await start();
    server.otherwise({ body: "other" });
    server.route("/", { body: "old" });
    server.route("/", { body: "new" });
    expect(await bodyOf(server.url)).toBe("new");
    server.route("/");
    expect(await bodyOf(server.url)).toBe("other");
  });

  test.each(["", "a", "/a?b", "http://x/"])("the path %j is CONFIG", async (path) => {
    const server = await start();
    expect(() => server.route(path, {})).toThrow(`path: ${JSON.stringify(path)} cannot be used; it takes a path`);
  });
});

describe("a body from an async generator", () => {
  test("is sent as it comes", async () => {
    const server = await start();
    let more = (): void => {};
    const gate = new Promise<void>((resolve) => {
      more = resolve;
    });
    async function* steps(): AsyncGenerator<Step> {
      yield { event: { data: "a" } };
      await gate;
      yield "data: b\n\n";
    }
    server.reply({ body: steps() });
    const connection = SseConnection.open({ url: server.url, reconnect: false });
    expect((await connection.next()).value?.data).toBe("a");
    more();
    expect((await connection.next()).value?.data).toBe("b");
    expect((await connection.next()).done).toBe(true);
  });

  test("is over when the client goes, and its finally runs", async () => {
    const server = await start();
    const ended = new Promise<void>((resolve) => {
      async function* steps(): AsyncGenerator<Step> {
        try {
          for (;;) {
            yield "data: a\n\n";
            await new Promise((next) => setTimeout(next, 1));
          }
        } finally {
          resolve();
        }
      }
      server.reply({ body: steps() });
    });
    const connection = SseConnection.open({ url: server.url, reconnect: false });
    await connection.next();
    await connection.close();
    await ended;
    await server.idle();
  });

  test("that never answers does not keep the server from closing", async () => {
    const server = await start();
    const silent: AsyncIterable<Step> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
    server.reply({ body: silent });
    const client = new RawClient(server.url);
    await server.request(1);
    await server.close();
    await client.ended();
  });

  test("that throws is a failure of the server", async () => {
    const server = await MockSseServer.start();
    const mistake = new Error("no more");
    async function* steps(): AsyncGenerator<Step> {
      yield "data: a\n\n";
      throw mistake;
    }
    server.reply({ body: steps() });
    await new RawClient(server.url).ended();
    await expect(server.close()).rejects.toBe(mistake);
  });
});

describe("https", () => {
  const authority = makeAuthority();
  const { key, cert } = authority.issue();
  const client = new NodeClient({ tls: { ca: authority.ca } });

  test.each(["end", "cut", "reset"] as const)("a response that is finished by %s comes first", async (finish) => {
    const server = await start({ tls: { key, cert: Buffer.from(cert) } });
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/$/);
    server.reply({ body: "id: 1\ndata: a\n\n", finish }, { body: "data: b\n\n", finish: "hold" });
    const connection = SseConnection.open({ url: server.url, client, reconnect: { initialDelay: 1 } });
    expect((await connection.next()).value?.data).toBe("a");
    expect((await connection.next()).value?.data).toBe("b");
    expect((await server.request(2)).lastEventId).toBe("1");
    await connection.close();
    await server.idle();
  });

  test.each(["end", "cut", "reset"] as const)("disconnectAll(%j) reaches it", async (how) => {
    const server = await start({ tls: { key, cert } });
    server.publish({ data: "a" });
    const connection = SseConnection.open({ url: server.url, client, reconnect: { initialDelay: 1 } });
    await connection.next();
    await server.disconnectAll(how);
    await server.request(2);
    await connection.close();
    await server.idle();
  });

  test("a client that never shakes hands does not keep it from closing", async () => {
    const server = await start({ tls: { key, cert } });
    const socket = connect(server.port, "127.0.0.1");
    socket.on("error", () => {});
    await server.until("a connection", () => server.openSockets === 1);
    await server.close();
    if (!socket.closed) await once(socket, "close");
  });

  test.each([
    [{}, "tls.key: undefined cannot be used; it takes PEM text or bytes"],
    [{ key, cert: 5 }, "tls.cert: 5 cannot be used"],
    [{ key, certificate: cert }, "tls.certificate: an unknown option cannot be used"],
  ])("options that cannot be used are CONFIG", async (tls, message) => {
    await expect(MockSseServer.start({ tls: tls as never })).rejects.toThrow(message);
  });
});
