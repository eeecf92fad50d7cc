import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Transform } from "node:stream";
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createDeflate,
  createDeflateRaw,
  createGzip,
  deflateRawSync,
  deflateSync,
  gzipSync,
  type Zlib,
} from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { TransportError } from "../../src/error.js";
import { type HttpBody, NodeClient } from "../../src/http/entries/node.js";
import { clients, get, record, steady } from "./support/requests.js";
import { noSocketIsLeft, startHttp } from "./support/servers.js";

interface Coding {
  header: string;
  encode: (data: Buffer) => Buffer;
  stream: () => Transform & Zlib;
}

const codings: Coding[] = [
  { header: "gzip", encode: (data) => gzipSync(data), stream: () => createGzip() },
  { header: "X-GZip", encode: (data) => gzipSync(data), stream: () => createGzip() },
  { header: "deflate", encode: (data) => deflateSync(data), stream: () => createDeflate() },
  { header: "identity, deflate", encode: (data) => deflateRawSync(data), stream: () => createDeflateRaw() },
  { header: "br", encode: (data) => brotliCompressSync(data), stream: () => createBrotliCompress() },
];

/** The body of a response in `coding` that `answer` writes. */
async function bodyOf(
  coding: string,
  answer: (response: ServerResponse) => void,
  client = new NodeClient(),
  signal = new AbortController().signal,
): Promise<HttpBody> {
  const server = await startHttp((_request, response) => {
    response.setHeader("Content-Encoding", coding);
    answer(response);
  });
  return (await client.send(get(server.url, { signal }))).body;
}

describe.each(clients)("$name decodes", ({ make }) => {
  test.each(codings.filter(({ header }) => !header.includes("deflate")))("$header", async ({ header, encode }) => {
    const body = await bodyOf(header, (response) => response.end(encode(Buffer.from("hello"))), make() as NodeClient);
    const recording = record(body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("hello");
  });
});

describe.each(codings)("NodeClient: $header", ({ header, encode, stream }) => {
  test("is decoded as it arrives, write by write", async () => {
    const encoder = stream();
    const body = await bodyOf(header, (response) => {
      encoder.pipe(response);
      encoder.write("1");
      encoder.flush();
    });
    const recording = record(body, () => {
      if (recording.text().length === 3) encoder.end();
      else encoder.write(String(recording.text().length + 1), () => encoder.flush());
    });
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("123");
  });

  test("that comes byte by byte is whole", async () => {
    const data = randomBytes(3000).toString("latin1");
    const body = await bodyOf(header, (response) => {
      for (const byte of encode(Buffer.from(data, "latin1"))) response.write(Buffer.from([byte]));
      response.end();
    });
    const recording = record(body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe(data);
  });

  test("that is truncated is an error, after what could be decoded", async () => {
    const whole = encode(randomBytes(100_000));
    const body = await bodyOf(header, (response) => response.end(whole.subarray(0, 60_000)));
    const recording = record(body);
    expect(await recording.ended).toBeInstanceOf(Error);
    expect(recording.text().length).toBeGreaterThan(30_000);
    expect(recording.endings).toBe(1);
  });

  test("whose connection breaks gives what came, also to a slow consumer, and then that error", async () => {
    const encoder = stream();
    const body = await bodyOf(header, (response) => {
      encoder.on("data", (bytes) => response.write(bytes));
      encoder.write("hello", () => encoder.flush(() => setImmediate(() => response.destroy())));
    });
    const recording = record(body);
    body.pause();
    await noSocketIsLeft();
    body.resume();
    const error = await recording.ended;
    expect(recording.text()).toBe("hello");
    expect(error).toMatchObject({ code: "ERR_HTTP_CUT_SHORT" });
  });
});

test.each(["gzip", "br"])("a body that is no %s is an error, and the socket closes", async (coding) => {
  let closed = false;
  const body = await bodyOf(coding, (response) => {
    response.on("close", () => {
      closed = true;
    });
    response.write("this is plain text, whatever the header says; it goes on and on");
  });
  const recording = record(body);
  expect(await recording.ended).toBeInstanceOf(Error);
  await vi.waitFor(() => expect(closed).toBe(true));
  expect(recording.endings).toBe(1);
});

test("codings on top of each other are taken off in turn", async () => {
  const data = Buffer.from("hello");
  const body = await bodyOf("deflate, br,gzip", (response) =>
    response.end(gzipSync(brotliCompressSync(deflateRawSync(data)))),
  );
  const recording = record(body);
  expect(await recording.ended).toBeUndefined();
  expect(recording.text()).toBe("hello");
});

test.each(["zstd", "gzip, compress", "gzip,gzip,gzip,gzip,gzip,gzip"])(
  "content-encoding %j: status and headers are there, the body is a clear error that no retry mends",
  async (coding) => {
    const body = await bodyOf(coding, (response) => response.end("?"));
    const error = await record(body).ended;
    expect(error?.message).toContain(JSON.stringify(coding));
    expect(TransportError.is(error, "CONFIG")).toBe(true);
  },
);

test("a bomb does not grow while nobody takes it", async () => {
  const member = gzipSync(Buffer.alloc(2 ** 20));
  const bomb = Buffer.concat(Array.from({ length: 256 }, () => member));
  const body = await bodyOf("gzip", (response) => response.end(bomb));
  const memory = process.memoryUsage().arrayBuffers;
  let received = 0;
  record(body, (bytes) => {
    received += bytes.length;
    body.pause();
  });
  expect(await steady(() => received)).toBeLessThan(2 ** 20);
  expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(16 * 2 ** 20);
  body.abort();
});

test("pause holds the socket through the decoders, resume goes on, and not a byte is lost", async () => {
  const size = 24 * 2 ** 20;
  const coded = brotliCompressSync(gzipSync(randomBytes(size), { level: 0 }), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 0 },
  });
  let socket: Socket | null = null;
  const body = await bodyOf("gzip, br", (response) => {
    ({ socket } = response);
    response.end(coded);
  });
  let received = 0;
  const { ended } = record(body, (bytes) => {
    if (received === 0) body.pause();
    received += bytes.length;
  });
  expect(await steady(() => received)).toBeLessThan(2 ** 20);
  expect(await steady(() => (socket?.bytesWritten ?? 0) - (socket?.writableLength ?? 0))).toBeLessThan(size / 2);
  body.resume();
  expect(await ended).toBeUndefined();
  expect(received).toBe(size);
});

test.each(["signal", "abort()"])("%s silences a decoder that still has something", async (how) => {
  const controller = new AbortController();
  const coded = gzipSync(Buffer.alloc(2 ** 20));
  const body = await bodyOf("gzip", (response) => response.end(coded), new NodeClient(), controller.signal);
  const recording = record(body, () => {
    if (how === "signal") controller.abort();
    else body.abort();
  });
  await vi.waitFor(() => expect(recording.chunks).toHaveLength(1));
  body.resume();
  await noSocketIsLeft();
  expect(recording.chunks).toHaveLength(1);
  expect(recording.endings).toBe(0);
});

test("nobody sees a warning, and Accept-Encoding is not ours to send", async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on("warning", onWarning);
  let accepted: unknown = "unset";
  const server = await startHttp((request, response) => {
    accepted = request.headers["accept-encoding"];
    response.setHeader("Content-Encoding", "gzip").end(gzipSync("x"));
  });
  const { body } = await new NodeClient().send(get(server.url));
  await record(body).ended;
  process.off("warning", onWarning);
  expect(warnings).toEqual([]);
  expect(accepted).toBeUndefined();
});
