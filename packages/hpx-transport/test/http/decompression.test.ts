import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Transform } from "node:stream";
import zlib, {
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
import { type HttpBody, type HttpClient, NodeClient } from "../../src/http/entries/node.js";
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
  client: HttpClient = new NodeClient(),
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
    const body = await bodyOf(header, (response) => response.end(encode(Buffer.from("hello"))), make());
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
  const body = await bodyOf("br,gzip", (response) => response.end(gzipSync(brotliCompressSync("hello"))));
  const recording = record(body);
  expect(await recording.ended).toBeUndefined();
  expect(recording.text()).toBe("hello");
});

test.each([
  ["compress", "compress"],
  ["gzip, LZ4", "lz4"],
  ["gzip,gzip, br", "3 codings"],
])("content-encoding %j: status and headers are there, the body is a clear error, CONFIG", async (coding, shown) => {
  const error = await record(await bodyOf(coding, (response) => response.end("?"))).ended;
  expect(error?.message).toContain(shown);
  expect(TransportError.is(error, "CONFIG")).toBe(true);
});

describe.each(clients)("$name: a Content-Encoding that names no compression", ({ make }) => {
  test.each(["none", "utf-8", "identity", "UTF-8, none", "sk-live-SECRET"])("is read as it is: %s", async (coding) => {
    const recording = record(await bodyOf(coding, (response) => response.end("hello"), make()));
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("hello");
  });
});

test("names that are no compression beside one that is are passed over", async () => {
  const recording = record(await bodyOf("none, gzip, utf-8", (response) => response.end(gzipSync("hello"))));
  expect(await recording.ended).toBeUndefined();
  expect(recording.text()).toBe("hello");
});

test("zstd is decoded where node:zlib can, and a clear error elsewhere", async () => {
  const { zstdCompressSync } = zlib as { zstdCompressSync?: (text: string) => Buffer };
  const recording = record(await bodyOf("zstd", (response) => response.end(zstdCompressSync?.("hello") ?? "?")));
  const error = await recording.ended;
  if (zstdCompressSync === undefined) {
    expect(error?.message).toContain("ask for one of these: gzip, deflate, br");
  } else {
    expect([error, recording.text()]).toEqual([undefined, "hello"]);
  }
});

describe("a complete body whose compressed stream lacks its end", () => {
  const text = "data: hello\n\n".repeat(50);
  const whole = gzipSync(text);
  const flushed = { finishFlush: constants.Z_SYNC_FLUSH };
  const flushedAndEnded = Buffer.concat([gzipSync(text, flushed), Buffer.of(3, 0), whole.subarray(-8)]);

  /** What came, and how it ended. */
  async function read(coding: string, bytes: Uint8Array, slowly: boolean): Promise<[string, Error | undefined]> {
    const body = await bodyOf(coding, (response) => response.end(bytes));
    const recording = record(body, () => {
      if (!slowly) return;
      body.pause();
      setTimeout(() => body.resume(), 20);
    });
    const error = await recording.ended;
    return [recording.text(), error];
  }

  describe.each([false, true])("to a consumer that pauses: %s", (slowly) => {
    test.each([1, 2, 3, 4, 5, 6, 7, 8])("gzip without the last %i bytes of its trailer is complete", async (bytes) => {
      expect(await read("gzip", whole.subarray(0, -bytes), slowly)).toEqual([text, undefined]);
    });

    test.each([
      ["gzip", gzipSync(text, flushed)],
      ["deflate", deflateSync(text, flushed)],
      ["deflate", deflateRawSync(text, flushed)],
    ])("%s that ends with a flush is complete", async (coding, bytes) => {
      expect(await read(coding, bytes, slowly)).toEqual([text, undefined]);
    });

    test.each([1, 5, 8, 9, 10])("gzip without the last %i bytes behind a flush is complete", async (bytes) => {
      expect(await read("gzip", flushedAndEnded.subarray(0, -bytes), slowly)).toEqual([text, undefined]);
    });
  });

  test("a consumer that pauses hears of the end when it goes on", async () => {
    for (const bytes of [gzipSync(text, flushed), whole.subarray(0, -8), whole]) {
      const body = await bodyOf("gzip", (response) => response.end(bytes));
      const recording = record(body, () => body.pause());
      await noSocketIsLeft();
      await steady(() => recording.endings);
      expect([recording.text(), recording.endings]).toEqual([text, 0]);
      body.resume();
      expect(await recording.ended).toBeUndefined();
    }
  });

  test("the second of two members that ends with a flush is complete", async () => {
    const members = Buffer.concat([whole, gzipSync(text, flushed)]);
    expect(await read("gzip", members, false)).toEqual([text + text, undefined]);
  });

  test.each([9, 10, 11, 14, 20, 30])("gzip that is cut %i bytes before its end is an error", async (bytes) => {
    const [, error] = await read("gzip", gzipSync(randomBytes(300).toString("hex")).subarray(0, -bytes), false);
    expect(error).toMatchObject({ code: "ERR_HTTP_CODING", message: "the gzip body is cut short" });
  });

  test("several members are whole", async () => {
    expect(await read("gzip", Buffer.concat([whole, whole, whole]), false)).toEqual([text + text + text, undefined]);
  });
});

describe("bytes behind the end of a compressed stream", () => {
  const first = "data: 1\n\n";
  const second = "data: 2\n\n";
  const zeros = Buffer.alloc(8);
  const cases: [string, string, Buffer[]][] = [
    ["br, then br", "br", [brotliCompressSync(first), brotliCompressSync(second)]],
    ["br, then plain", "br", [brotliCompressSync(first), Buffer.from(second)]],
    ["zlib, then zlib", "deflate", [deflateSync(first), deflateSync(second)]],
    ["raw deflate, then more", "deflate", [deflateRawSync(first), deflateRawSync(second)]],
    ["gzip, then plain", "gzip", [gzipSync(first), Buffer.from(second)]],
    ["gzip, zeros, gzip", "gzip", [gzipSync(first), zeros, gzipSync(second)]],
    ["gzip and zeros, gzip", "gzip", [Buffer.concat([gzipSync(first), zeros]), gzipSync(second)]],
    ["br, then zeros", "br", [brotliCompressSync(first), zeros]],
  ];

  test.each(cases)("are an error, at once: %s", async (_name, coding, parts) => {
    for (const together of [false, true]) {
      const body = await bodyOf(coding, (response) => {
        if (together) response.write(Buffer.concat(parts));
        else void writeApart(response, parts);
      });
      const recording = record(body);
      expect(await recording.ended).toMatchObject({ code: "ERR_HTTP_CODING" });
      expect(recording.text()).not.toContain(second);
    }
  });

  test.each([
    ["gzip, then gzip", [gzipSync(first), gzipSync(second)]],
    ["gzip, gzip, zeros", [gzipSync(first), gzipSync(second), zeros, zeros]],
    ["gzip, gzip and zeros", [gzipSync(first), Buffer.concat([gzipSync(second), zeros])]],
  ])("of gzip are read or are padding: %s", async (_name, parts) => {
    for (const together of [false, true]) {
      const body = await bodyOf("gzip", (response) => {
        if (together) response.end(Buffer.concat(parts));
        else void writeApart(response, parts).then(() => response.end());
      });
      const recording = record(body);
      expect(await recording.ended).toBeUndefined();
      expect(recording.text()).toBe(first + second);
    }
  });

  async function writeApart(response: ServerResponse, parts: Buffer[]): Promise<void> {
    for (const part of parts) {
      response.write(part);
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
  }
});

describe("a bomb is an error before it costs much", () => {
  const plenty = Buffer.alloc(64 * 2 ** 20);
  const nested = gzipSync(gzipSync(plenty, { level: 9 }), { level: 9 });

  test.each([
    ["gzip", gzipSync(plenty)],
    ["br", brotliCompressSync(plenty, { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } })],
    ["gzip, gzip", nested],
    // What comes out at last is little, and the padding between is not.
    ["gzip, gzip", gzipSync(Buffer.concat([gzipSync("hello"), plenty]))],
  ])("%s", async (coding, bomb) => {
    let received = 0;
    const body = await bodyOf(coding, (response) => response.end(bomb));
    const error = await record(body, (bytes) => {
      received += bytes.length;
    }).ended;
    expect(error).toMatchObject({ code: "ERR_HTTP_CODING", message: expect.stringContaining("proportion") as string });
    expect(received).toBeLessThan(32 * 2 ** 20);
  });

  test("what compresses well is none", async () => {
    const heartbeats = Buffer.from(`:${" ".repeat(120)}\n\n`.repeat(400_000));
    let received = 0;
    const body = await bodyOf("gzip", (response) => response.end(gzipSync(heartbeats, { level: 1 })));
    const { ended } = record(body, (bytes) => {
      received += bytes.length;
    });
    expect(await ended).toBeUndefined();
    expect(received).toBe(heartbeats.length);
  });
});

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
