import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { answerAndStay, makeHttp2Client, open, startFrames, startHttp2 } from "../support/http2.js";
import { get, record, steady } from "../support/requests.js";
import { noSocketIsLeft } from "../support/servers.js";

const PLENTY = 32 * 2 ** 20;
const BLOCK = Buffer.alloc(2 ** 16, "x");

function* blocks(): Iterable<Buffer> {
  for (let sent = 0; sent < PLENTY; sent += BLOCK.length) yield BLOCK;
}

test("a paused stream holds its server back, and neither stalls the others nor grows memory", async () => {
  const server = await startHttp2((stream, path) => {
    stream.respond({ ":status": 200 });
    if (path === "/plenty") Readable.from(blocks()).pipe(stream);
  });
  const client = makeHttp2Client();
  const paused = [];
  for (let i = 0; i < 10; i += 1) {
    const { body } = await client.send(get(new URL("/plenty", server.url)));
    let received = 0;
    const { ended } = record(body, (bytes) => {
      if (received === 0) body.pause();
      received += bytes.length;
    });
    paused.push({ body, ended, received: () => received });
  }
  const before = process.memoryUsage();
  const other = await open(client, new URL("/other", server.url));
  const stream = await server.stream("/other");
  for (let i = 0; i < 200; i += 1) stream.write(BLOCK);
  stream.end();
  expect(await other.recording.ended).toBeUndefined();
  expect(other.recording.text().length).toBe(200 * BLOCK.length);
  expect(server.connections).toBe(1);
  expect(process.memoryUsage().arrayBuffers - before.arrayBuffers).toBeLessThan(40 * 2 ** 20);
  for (const { received } of paused) expect(received()).toBeLessThan(2 ** 20);
  const [first] = paused;
  first?.body.resume();
  expect(await first?.ended).toBeUndefined();
  expect(first?.received()).toBe(PLENTY);
  for (const { body } of paused) body.abort();
  await noSocketIsLeft();
});

test("nothing is read before consume: the server cannot go on writing", async () => {
  let written = 0;
  const server = await startHttp2((stream) => {
    stream.respond({ ":status": 200 });
    Readable.from(blocks())
      .on("data", (block: Buffer) => {
        written += block.length;
      })
      .pipe(stream);
  });
  const { body } = await makeHttp2Client().send(get(server.url));
  expect(await steady(() => written)).toBeLessThan(4 * 2 ** 20);
  body.abort();
});

test("what came while a stream was paused is not lost when the server then closes the session", async () => {
  const server = await startFrames(async (peer) => {
    await peer.opened(1);
    peer.answer(1, "first");
    for (let i = 0; i < 40; i += 1) peer.data(1, "x".repeat(1000));
    peer.finish(1, "last");
    peer.goaway(1, 0);
    peer.end();
  });
  const { body } = await makeHttp2Client().send(get(server.url));
  const recording = record(body, () => body.pause());
  await new Promise((resolve) => {
    setTimeout(resolve, 300);
  });
  const early = recording.chunks.length;
  const clock = setInterval(() => body.resume(), 1);
  expect(await recording.ended).toBeUndefined();
  clearInterval(clock);
  expect(early).toBeLessThan(5);
  const text = recording.text();
  expect([text.slice(0, 6), text.length, text.slice(-5)]).toEqual(["firstx", 40_009, "xlast"]);
  await noSocketIsLeft();
});

test("pause and resume within a chunk change nothing, also of another stream of the session", async () => {
  const server = await startHttp2((stream) => {
    stream.respond({ ":status": 200 });
    Readable.from(blocks()).pipe(stream);
  });
  const client = makeHttp2Client();
  const a = (await client.send(get(server.url))).body;
  const b = (await client.send(get(server.url))).body;
  const received = { a: 0, b: 0 };
  const endA = record(a, (bytes) => {
    received.a += bytes.length;
    a.pause();
    b.resume();
  }).ended;
  const endB = record(b, (bytes) => {
    received.b += bytes.length;
    b.pause();
    a.resume();
    b.resume();
  }).ended;
  expect(await endB).toBeUndefined();
  const clock = setInterval(() => a.resume());
  expect(await endA).toBeUndefined();
  clearInterval(clock);
  expect(received).toEqual({ a: PLENTY, b: PLENTY });
});

test("a body may be left alone: its stream ends with it, not the others", async () => {
  const server = await startHttp2(answerAndStay);
  const client = makeHttp2Client();
  const first = await client.send(get(new URL("/first", server.url)));
  const second = await open(client, new URL("/second", server.url));
  first.body.abort();
  const stream = await server.stream("/first");
  await new Promise((resolve) => {
    if (stream.closed) resolve(undefined);
    else stream.once("close", resolve);
  });
  expect(stream.rstCode).toBe(8);
  expect(second.recording.endings).toBe(0);
});
