import { type Ending, MockSseServer } from "hpx-transport/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RawClient } from "./raw-client.js";

let server: MockSseServer;
beforeEach(async () => {
  server = await MockSseServer.start();
});
afterEach(async () => await server.close());

const text = "id: 1\ndata: é\n\n: hi\n\ndata: two\n\n";
const bytes = Buffer.from(text);
const seen = { end: "complete", cut: "fin", reset: "reset" } as const;

describe.each(["end", "cut", "reset"] as const)("a client tells %s from the others", (finish) => {
  test("after the whole body", async () => {
    server.reply({ body: text, finish });
    const client = new RawClient(server.url);
    expect(await client.ended()).toBe(seen[finish]);
    expect(client.body).toBe(bytes.toString("latin1"));
  });

  test("at every byte of the body", async () => {
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      server.reply({ body: [text.slice(0, 9), text.slice(9)], finish, finishAfter: cut });
      const client = new RawClient(server.url);
      expect([cut, await client.ended()]).toEqual([cut, seen[finish]]);
      expect(client.body).toBe(bytes.subarray(0, cut).toString("latin1"));
    }
  });

  test("at a byte in the middle of a slow write", async () => {
    server.reply({ body: [{ pace: { bytes: 4, pause: 1 } }, "0123456789"], finish, finishAfter: 6 });
    const client = new RawClient(server.url);
    expect(await client.ended()).toBe(seen[finish]);
    expect(client.body).toBe("012345");
  });

  test("at the end of a body that is shorter than finishAfter", async () => {
    server.reply({ body: "short", finish, finishAfter: 1000 });
    const client = new RawClient(server.url);
    expect(await client.ended()).toBe(seen[finish]);
    expect(client.body).toBe("short");
  });
});

test.each([
  ["cut", "fin"],
  ["reset", "reset"],
] as const)("a server accepts the request, sends nothing, and then: %s", async (finish, expected) => {
  server.reply({ head: false, finish });
  const client = new RawClient(server.url);
  expect(await client.ended()).toBe(expected);
  expect(client.received).toBe("");
  await server.idle();
});

test("a cut arrives behind all that was written, also when the client reads late", async () => {
  const body = "x".repeat(8 * 1024 * 1024);
  server.reply({ body, finish: "cut" });
  const client = new RawClient(server.url);
  client.socket.pause();
  await server.until("the stream to open", () => server.openStreams === 1);
  client.socket.resume();
  expect(await client.ended()).toBe("fin");
  expect(client.body.length).toBe(body.length);
});

test.each([
  ["before the headers", { head: false }, ""],
  ["after the headers", {}, ""],
  ["after some bytes", { body: "data: 1\n\n", finishAfter: 3 }, "dat"],
] as const)("a server that holds %s says nothing more and stays", async (_, script, expected) => {
  const hold: Ending = "hold";
  server.reply({ ...script, finish: hold }, { body: "second" });
  const client = new RawClient(server.url);
  const request = await server.nextRequest();
  // A whole exchange beside it: the first has had every chance to say more.
  await new RawClient(server.url).ended();
  expect(client.body).toBe(expected);
  expect(request.isClosed).toBe(false);
  client.socket.destroy();
  await request.closed;
  expect(request.isClosed).toBe(true);
  expect(server.openStreams).toBe(0);
});

test("a complete response leaves the connection open for the next request", async () => {
  const client = new RawClient(server.url);
  server.reply({ body: "first" }, { body: "second" });
  expect(await client.ended()).toBe("complete");
  expect(server.openSockets).toBe(1);
  client.socket.write("GET /again HTTP/1.1\r\nhost: test\r\n\r\n");
  await server.until("the second request", () => server.requests.length === 2);
  expect(server.openSockets).toBe(1);
});

describe("disconnectAll", () => {
  test.each([
    ["end", "complete"],
    ["cut", "fin"],
    ["reset", "reset"],
  ] as const)("%s finishes every stream and closes idle connections", async (how, expected) => {
    const clients = [new RawClient(server.url), new RawClient(server.url)];
    await server.until("two streams", () => server.openStreams === 2);
    server.publish({ data: "a" });
    for (const client of clients) await client.sees("data: a\n\n");
    server.reply({});
    const idle = new RawClient(server.url);
    await idle.ended();

    await server.disconnectAll(how);
    expect(server.openSockets).toBe(0);
    for (const client of clients) {
      expect(await client.ended()).toBe(expected);
      expect(client.body).toBe("id: 1\ndata: a\n\n");
    }
  });

  test("reset closes a connection also in the turn in which its FIN leaves", async () => {
    server.reply(async (exchange) => {
      exchange.open();
      const cut = exchange.cut();
      const reset = server.disconnectAll("reset");
      await Promise.all([cut, reset]);
    });
    const client = new RawClient(server.url);
    await client.ended();
    await server.idle();
  });

  test("reset does not wait for a client that stopped reading", async () => {
    server.reply({ body: "x".repeat(64 * 1024 * 1024), finish: "hold" });
    const client = new RawClient(server.url);
    client.socket.pause();
    await server.until("the stream to open", () => server.openStreams === 1);
    await server.disconnectAll("reset");
    expect(server.openSockets).toBe(0);
  });
});
