import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { framingOf } from "../../../src/http/node/h1/framing.js";
import type { ResponseHead } from "../../../src/http/node/h1/head.js";
import { get, record, clients } from "../support/requests.js";
import { startRaw, startTcp } from "../support/servers.js";

type Fields = ResponseHead["fields"];

const chunked: Fields = [["Transfer-Encoding", "chunked"]];

/** Reads `pieces` one after the other, as a socket brings them: each in a buffer that is used again. */
function read(fields: Fields, pieces: readonly Uint8Array[]): { body: string; parts: number; outcome: string } {
  const framing = framingOf("GET", { status: 200, fields });
  let body = "";
  let parts = 0;
  let outcome = "more";
  for (const piece of pieces) {
    const bytes = new Uint8Array(piece);
    outcome = framing.read(bytes, (part) => {
      body += Buffer.from(part).toString("latin1");
      parts += 1;
    });
    bytes.fill(0);
    if (outcome !== "more") break;
  }
  return { body, parts, outcome };
}

function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((place, index) => bytes.subarray(places[index], place));
}

describe("a chunked body", () => {
  test("is the same wherever it is cut, with extensions and trailers passed over", () => {
    const chunk = fc.record({
      data: fc.string({ minLength: 1, maxLength: 40, unit: "binary-ascii" }),
      digits: fc.constantFrom("", "0", "000"),
      upper: fc.boolean(),
      extension: fc.constantFrom("", ";a=b", ' ; q="x y"', "\t;c"),
    });
    const trailers = fc.constantFrom("", "X-A: b\r\n", "X-A: b\r\nX-C:\r\n");
    fc.assert(
      fc.property(fc.array(chunk), trailers, fc.array(fc.nat()), (chunks, trailer, cuts) => {
        const written = chunks.map(({ data, digits, upper, extension }) => {
          const size = data.length.toString(16);
          return `${digits}${upper ? size.toUpperCase() : size}${extension}\r\n${data}\r\n`;
        });
        const bytes = Buffer.from(`${written.join("")}0\r\n${trailer}\r\n`, "latin1");
        const whole = chunks.map(({ data }) => data).join("");
        expect(read(chunked, cut(bytes, cuts))).toMatchObject({ body: whole, outcome: "complete" });
        expect(read(chunked, cut(bytes.subarray(0, -1), cuts))).toMatchObject({ body: whole, outcome: "more" });
      }),
    );
  });

  test("of many small chunks in one read is given on in one part", () => {
    const bytes = Buffer.from("5\r\nhello\r\n".repeat(500));
    expect(read(chunked, [bytes])).toEqual({ body: "hello".repeat(500), parts: 1, outcome: "more" });
  });

  test("large chunks are not moved", () => {
    const large = "x".repeat(10_000);
    const bytes = Buffer.from(`2\r\nab\r\n2710\r\n${large}\r\n2\r\ncd\r\n`);
    expect(read(chunked, [bytes])).toEqual({ body: `ab${large}cd`, parts: 2, outcome: "more" });
  });

  test.each([
    [4096, 1],
    [4097, 2],
  ])("of a small chunk and one of %i bytes behind it is given on in %i", (size, parts) => {
    const large = "x".repeat(size);
    const bytes = Buffer.from(`2\r\nab\r\n${size.toString(16)}\r\n${large}\r\n`);
    expect(read(chunked, [bytes])).toEqual({ body: `ab${large}`, parts, outcome: "more" });
  });

  test.each([
    ["no size", "\r\nab"],
    ["an empty size with an extension", ";a=b\r\n"],
    ["what is no digit", "2g\r\nab\r\n"],
    ["a sign", "-2\r\nab\r\n"],
    ["a prefix", "0x2\r\nab\r\n"],
    ["a size beyond every number", `${"f".repeat(14)}\r\n`],
    ["zeros without end", "0".repeat(20_000)],
    ["an extension without end", `2;${"a".repeat(20_000)}`],
    ["a bare LF after the size", "2\nab\r\n"],
    ["a bare LF in an extension", "2;a\nb\r\n"],
    ["a bare CR after the size", "2\rab\r\n"],
    ["more data than the size", "2\r\nabc\r\n"],
    ["a bare LF after the data", "2\r\nab\n"],
    ["no LF after the data", "2\r\nab\r2"],
    ["a bare LF for the end", "0\r\n\n"],
    ["a bare LF in a trailer", "0\r\na: b\n\r\n"],
    ["a bare LF that ends all there is of a trailer", "0\r\na: b\n"],
    ["a bare CR in a trailer", "0\r\na: b\rc\r\n"],
    ["a bare CR at the end", "0\r\n\rx"],
    ["trailers without end", `0\r\n${"a: b\r\n".repeat(4000)}`],
  ])("with %s is malformed, however it is cut", (_name, text) => {
    for (const before of ["", "2\r\nok\r\n"]) {
      const bytes = Buffer.from(before + text, "latin1");
      for (const pieces of [[bytes], cut(bytes, [...bytes.keys()])]) {
        const { body, outcome } = read(chunked, pieces);
        expect(outcome).toBe("malformed");
        if (before !== "") expect(body.startsWith("ok")).toBe(true);
      }
    }
  });

  test("has the hexadecimal digits in its sizes, in both cases, and no other byte among them", () => {
    for (let byte = 0; byte < 256; byte += 1) {
      const char = String.fromCharCode(byte);
      const bytes = Buffer.from(`1${char}\r\n${"x".repeat(40)}`, "latin1");
      const size = /[\da-f]/i.test(char) ? 16 + Number.parseInt(char, 16) : /[; \t]/.test(char) ? 1 : 0;
      expect([char, read(chunked, [bytes]).body.length]).toEqual([char, size]);
    }
  });

  test("has at most 16 KiB around a chunk, and as much behind the last one", () => {
    const size = (length: number): string => `1;${"a".repeat(length - 4)}\r\n`;
    const trailer = (length: number): string => `X:${"a".repeat(length - 6)}\r\n\r\n`;
    // The size of the second chunk begins with the end of the first one's data.
    for (const [length, outcome] of [
      [16_384, "complete"],
      [16_385, "malformed"],
    ] as const) {
      expect(read(chunked, [Buffer.from(`${size(length)}x\r\n0\r\n\r\n`)]).outcome).toBe(outcome);
      expect(read(chunked, [Buffer.from(`1\r\nx\r\n${size(length - 2)}x\r\n0\r\n\r\n`)]).outcome).toBe(outcome);
      expect(read(chunked, [Buffer.from(`1\r\nx\r\n0\r\n${trailer(length)}`)]).outcome).toBe(outcome);
    }
  });

  test("a long stream of chunks with extensions is no trailer without end", () => {
    const bytes = Buffer.from("1;abcdef\r\nx\r\n".repeat(5000));
    expect(read(chunked, [bytes]).body).toBe("x".repeat(5000));
  });
});

test("a body of a known length ends there, whatever follows", () => {
  for (const texts of [["12", "345", "6789"], "123456789".split("")]) {
    const pieces = texts.map((text) => Buffer.from(text));
    expect(read([["Content-Length", "7"]], pieces)).toMatchObject({ body: "1234567", outcome: "complete" });
  }
});

test("a body of no told length is all that comes", () => {
  expect(read([], [Buffer.from("1\r\n2")])).toMatchObject({ body: "1\r\n2", outcome: "more" });
  expect(framingOf("GET", { status: 200, fields: [] }).untilClose).toBe(true);
});

test.each<[string, Fields]>([
  ["chunks", chunked],
  ["a length", [["Content-Length", "5"]]],
  ["no told length", []],
])("of no bytes nothing is given on: a body of %s", (_name, fields) => {
  expect(read(fields, [new Uint8Array()])).toEqual({ body: "", parts: 0, outcome: "more" });
});

test.each<[string, string, number, Fields]>([
  ["HEAD", "HEAD", 200, chunked],
  ["204", "GET", 204, chunked],
  ["304", "GET", 304, [["Content-Length", "5"]]],
  ["a length that does not count", "HEAD", 200, [["Content-Length", "+5"]]],
  ["a length of 0", "GET", 200, [["Content-Length", "0"]]],
])("%s is a body of no length, complete at once", (_name, method, status, fields) => {
  expect(framingOf(method, { status, fields }).read(new Uint8Array(), () => {})).toBe("complete");
});

describe("over a real socket", () => {
  const { make } = clients[0] ?? expect.unreachable();

  test("a response that arrives byte by byte, head included, is whole", async () => {
    const bytes = Buffer.from(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5;x\r\nhello\r\n3\r\n, w\r\n0\r\nA: b\r\n\r\n",
    );
    const server = await startTcp((socket) => {
      socket.setNoDelay(true);
      socket.once("data", () => {
        let at = 0;
        const next = (): void => {
          if (at < bytes.length) socket.write(bytes.subarray(at, (at += 1)), () => setImmediate(next));
        };
        next();
      });
    });
    const { body } = await make().send(get(server.url));
    const recording = record(body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("hello, w");
  });

  test("a malformed body is an error after what came before it, and the socket is closed", async () => {
    const head = ["HTTP/1.1 200 OK", "Transfer-Encoding: chunked"];
    const server = await startRaw(head, "5\r\nhello\r\nnonsense\r\n");
    const { body } = await make().send(get(server.url));
    const recording = record(body);
    expect(await recording.ended).toMatchObject({ code: "ERR_HTTP_CHUNK" });
    expect(recording.text()).toBe("hello");
    const socket = await server.nextConnection();
    await expect.poll(() => socket.destroyed).toBe(true);
  });

  test("what follows the end of a body is not taken for a part of it", async () => {
    const server = await startRaw(["HTTP/1.1 200 OK", "Content-Length: 5"], "helloHTTP/1.1 200 OK\r\n\r\nmore");
    const { body } = await make().send(get(server.url));
    const recording = record(body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("hello");
  });

  test.each(["gzip, chunked", "identity"])(
    "a body with the transfer coding %s arrives as it is beneath the chunks",
    async (coding) => {
      const server = await startTcp((socket) => {
        const framed = coding === "identity" ? "hello" : "5\r\nhello\r\n0\r\n\r\n";
        socket.once("data", () => socket.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: ${coding}\r\n\r\n${framed}`));
      });
      const { body } = await make().send(get(server.url));
      const recording = record(body);
      expect(await recording.ended).toBeUndefined();
      expect(recording.text()).toBe("hello");
    },
  );

  test("a request longer than the socket takes at once is sent to its end, also when the response came first", async () => {
    const length = 8 * 2 ** 20;
    let received = 0;
    const server = await startTcp((socket) => {
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\n\r\nearly"));
      socket.on("data", (bytes) => {
        received += bytes.length;
        if (received > length) socket.end();
      });
    });
    const request = get(server.url, { method: "POST", body: "x".repeat(length) });
    const { body } = await make().send(request);
    const recording = record(body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("early");
  });
});
