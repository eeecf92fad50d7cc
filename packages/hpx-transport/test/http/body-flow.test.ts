import { once } from "node:events";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { clients, get, record, steady } from "./support/requests.js";
import { startHttp, startTcp, type TestServer } from "./support/servers.js";

// More than the buffers of both ends of a loopback connection together.
const PLENTY = 32 * 2 ** 20;
const BLOCK = Buffer.alloc(2 ** 16, "x");

/** Answers with `PLENTY` bytes as fast as they are taken; `written` counts those that the kernel took. */
async function startPlenty(): Promise<{ server: TestServer; stalled: () => Promise<number> }> {
  let socket: Socket | undefined;
  const server = await startHttp((request, response) => {
    ({ socket } = request);
    response.writeHead(200, { "Content-Length": String(PLENTY) });
    Readable.from(blocks()).pipe(response);
  });
  return {
    server,
    /** Waits until the server can write no more; the bytes until then. */
    stalled: () => steady(() => socket?.bytesWritten ?? 0),
  };
}

function* blocks(): Iterable<Buffer> {
  for (let sent = 0; sent < PLENTY; sent += BLOCK.length) yield BLOCK;
}

describe.each(clients)("$name: the body's flow", ({ make }) => {
  test("nothing is read before consume: the server cannot go on writing", async () => {
    const { server, stalled } = await startPlenty();
    const { body } = await make().send(get(server.url));
    expect(await stalled()).toBeLessThan(PLENTY / 2);
    body.abort();
  });

  test("pause stops the socket, resume goes on, and not a byte is lost", async () => {
    const { server, stalled } = await startPlenty();
    const { body } = await make().send(get(server.url));
    let received = 0;
    let limit = 0;
    const { ended } = record(body, (bytes) => {
      received += bytes.length;
      if (received > limit) body.pause();
    });
    expect(await stalled()).toBeLessThan(PLENTY / 2);
    expect(received).toBeLessThan(2 ** 20);
    // The first chunk may have come with the head; now one is paused at that has not.
    limit = 2 ** 22;
    body.resume();
    expect(await stalled()).toBeLessThan(PLENTY / 2);
    expect(received).toBeLessThan(limit + 2 ** 20);
    limit = PLENTY;
    body.resume();
    expect(await ended).toBeUndefined();
    expect(received).toBe(PLENTY);
  });

  test("pause and resume within a chunk change nothing", async () => {
    const { server } = await startPlenty();
    const { body } = await make().send(get(server.url));
    let received = 0;
    const { ended } = record(body, (bytes) => {
      received += bytes.length;
      body.pause();
      body.resume();
      body.resume();
    });
    expect(await ended).toBeUndefined();
    expect(received).toBe(PLENTY);
  });

  test("a pause before the first chunk holds it back", async () => {
    const server = await startHttp((_request, response) => {
      response.end("all");
    });
    const { body } = await make().send(get(server.url));
    body.pause();
    const recording = record(body);
    body.pause();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    body.resume();
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("all");
  });

  test("a body may be resumed from within a chunk of another one", async () => {
    const first = await startPlenty();
    const second = await startPlenty();
    const client = make();
    const a = (await client.send(get(first.server.url))).body;
    const b = (await client.send(get(second.server.url))).body;
    let received = 0;
    const { ended } = record(a, (bytes) => {
      received += bytes.length;
      // It goes on only when the other one, or the clock, says so.
      a.pause();
    });
    const { ended: otherEnded } = record(b, () => {
      a.resume();
    });
    expect(await otherEnded).toBeUndefined();
    const clock = setInterval(() => {
      a.resume();
    });
    expect(await ended).toBeUndefined();
    clearInterval(clock);
    expect(received).toBe(PLENTY);
  });

  test("consume never calls back before it returns", async () => {
    const server = await startHttp((_request, response) => {
      response.end();
    });
    const { body } = await make().send(get(server.url, { method: "HEAD" }));
    const recording = record(body);
    expect(recording.endings).toBe(0);
    await recording.ended;
    expect(recording.endings).toBe(1);
  });

  test.each([
    ["a body of known length", "Content-Length: 100"],
    ["a chunked body", "Transfer-Encoding: chunked"],
  ])("%s that stops short is an error, after what came", async (_name, header) => {
    const server = await startTcp((socket) => {
      socket.once("data", () => socket.end(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n5\r\nhello\r\n`));
    });
    const { body } = await make().send(get(server.url));
    const recording = record(body);
    expect(await recording.ended).toBeInstanceOf(Error);
    expect(recording.text()).toContain("hello");
    expect(recording.endings).toBe(1);
  });

  test("a connection that is reset while nobody consumes is told to the one who does", async () => {
    const server = await startTcp((socket) => {
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
    });
    const { body } = await make().send(get(server.url));
    const socket = await server.nextConnection();
    socket.resetAndDestroy();
    await once(socket, "close");
    expect(await record(body).ended).toBeInstanceOf(Error);
  });

  test("a body without a length ends with its connection", async () => {
    const server = await startTcp((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\n\r\nhello"));
    });
    const { body } = await make().send(get(server.url));
    const recording = record(body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("hello");
  });
});

// The built-in fetch takes this reset for an end.
test("NodeClient: a body without a length whose connection is reset is an error", async () => {
  const server = await startTcp((socket) => {
    socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\n\r\nhello"));
  });
  const { make } = clients[0] ?? expect.unreachable();
  const { body } = await make().send(get(server.url));
  const socket = await server.nextConnection();
  const { ended } = record(body, () => socket.resetAndDestroy());
  expect(await ended).toBeInstanceOf(Error);
});
