import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { TransportError } from "../../src/index.js";
import { startTcp } from "../http/support/servers.js";
import { open } from "./support.js";

type Act = (socket: Socket) => unknown;
/** How the one attempt ended: a complete body, one that broke off, or no response at all. */
type End = "complete" | "broken" | "no response";

const event = "data: a\n\n";
const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
const withLength = `${head}Content-Length: ${event.length}\r\n\r\n${event}`;
const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n`;
const lastChunk = "0\r\n\r\n";
const chunkOf = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

/** Sends `text` and closes. */
const sends =
  (text: string): Act =>
  (socket) =>
    socket.end(text);

const legal: [what: string, act: Act, data: string[], end: End][] = [
  ["Content-Length", sends(withLength), ["a"], "complete"],
  ["Content-Length: 0", sends(`${head}Content-Length: 0\r\n\r\n`), [], "complete"],
  ["chunks", sends(chunked + chunkOf("data: a\n") + chunkOf("\n") + lastChunk), ["a"], "complete"],
  [
    "chunk extensions, sizes in capitals and with zeros before them",
    sends(`${chunked}0000D;a=b;c="d"\r\ndata: aaaaa\n\n\r\n0;e\r\n\r\n`),
    ["aaaaa"],
    "complete",
  ],
  ["trailers", sends(`${chunked}${chunkOf(event)}0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n`), ["a"], "complete"],
  ["neither length nor chunks: until the connection closes", sends(`${head}\r\n${event}`), ["a"], "complete"],
  ["HTTP/1.0", sends(`HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n${event}`), ["a"], "complete"],
  ["no reason phrase", sends(withLength.replace(" OK", "")), ["a"], "complete"],
  ["names in any case, values in any space", sends(withLength.replace("Type: ", "TYPE:\t  ")), ["a"], "complete"],
  ["an unasked 100 Continue first", sends(`HTTP/1.1 100 Continue\r\n\r\n${withLength}`), ["a"], "complete"],
  [
    "several of them, with headers",
    sends("HTTP/1.1 100\r\nX: a\r\nY: b\r\n\r\n".repeat(3) + withLength),
    ["a"],
    "complete",
  ],
  [
    "informational responses first",
    sends(`HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${withLength}`),
    ["a"],
    "complete",
  ],
];

const broken: [what: string, act: Act, data: string[], end: End][] = [
  ["Content-Length and less", sends(`${head}Content-Length: 99\r\n\r\n${event}data: b`), ["a"], "broken"],
  ["Content-Length and more", sends(`${withLength}data: b\n\n`), ["a"], "complete"],
  ["a second response behind the first", sends(withLength + withLength), ["a"], "complete"],
  ["chunks without a last one", sends(chunked + chunkOf(event)), ["a"], "broken"],
  ["a chunk's size cut", sends(`${chunked}${chunkOf(event)}1`), ["a"], "broken"],
  ["a chunk's data cut", sends(`${chunked}${chunkOf(event)}ff\r\ndata: b\n`), ["a"], "broken"],
  ["the last chunk cut", sends(`${chunked}${chunkOf(event)}0\r\n`), ["a"], "broken"],
  ["trailers cut", sends(`${chunked}${chunkOf(event)}0\r\nX: 1\r\n`), ["a"], "broken"],
  ["a chunk's size that is no number", sends(`${chunked}${chunkOf(event)}zz\r\nx`), ["a"], "broken"],
  ["a negative chunk's size", sends(`${chunked}${chunkOf(event)}-1\r\nx`), ["a"], "broken"],
  ["an empty chunk's size", sends(`${chunked}${chunkOf(event)}\r\nx`), ["a"], "broken"],
  ["a chunk's size beyond every number", sends(`${chunked}${chunkOf(event)}${"f".repeat(17)}\r\nx`), ["a"], "broken"],
  ["a chunk longer than its size", sends(`${chunked}${chunkOf(event)}1\r\nxyz\r\n${lastChunk}`), ["a"], "broken"],
  [
    "a reset instead of an end, where only the end tells",
    (socket) => socket.write(`${head}\r\n${event}data: b\n`, () => setTimeout(() => socket.resetAndDestroy(), 20)),
    ["a"],
    "broken",
  ],
  [
    "gzip cut, in a complete body",
    (socket) => {
      const body = gzipSync(event.repeat(40)).subarray(0, -9);
      socket.write(`${head}Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`);
      socket.end(body);
    },
    Array.from({ length: 40 }, () => "a"),
    "broken",
  ],
  ["nothing at all", sends(""), [], "no response"],
  ["no HTTP", sends(event), [], "no response"],
  ["another protocol", (socket) => socket.end(Buffer.from("160303000201", "hex")), [], "no response"],
  ["half a head", sends(head), [], "no response"],
  ["informational responses only", sends("HTTP/1.1 103 Early Hints\r\n\r\n"), [], "no response"],
  ["100 Continue only", sends("HTTP/1.1 100 Continue\r\n\r\n"), [], "no response"],
  ["the beginning of a status line", sends("HTTP/1.1 1"), [], "no response"],
  [
    "a switch of protocols",
    sends("HTTP/1.1 101 Upgrade\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    [],
    "no response",
  ],
  ["two lengths", sends(withLength.replace("Content-L", "Content-Length: 3\r\nContent-L")), [], "no response"],
  [
    "both a length and chunks, where the chunks count, and no chunk",
    sends(withLength.replace("Content-L", "Transfer-Encoding: chunked\r\nContent-L")),
    [],
    "broken",
  ],
  ["a space before the colon", sends(withLength.replace("Length:", "Length :")), [], "no response"],
  ["NUL in a header", sends(withLength.replace("Content-L", "X: \0\r\nContent-L")), [], "no response"],
  [
    "a flood of headers",
    (socket) => {
      socket.write(head);
      for (let n = 0; n < 5000; n += 1) socket.write(`X-${n}: ${"y".repeat(100)}\r\n`);
    },
    [],
    "no response",
  ],
];

describe.each([
  ["HTTP as a server may send it", legal],
  ["HTTP that is broken", broken],
])("%s", (_title, rows) => {
  test.each(rows)("%s", async (_what, act, data, end) => {
    expect(await outcomeOf(act)).toEqual({ data, end });
  });
});

describe("a response in every framing at once", () => {
  const pieces = ["id: 1\ndata: \xc3", "\xa9\n\ndata: b\r\n", "\r\ndata: c\n\n"];
  const bytes = Buffer.from(
    `HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${chunked}${pieces
      .map((piece) => chunkOf(piece).replace("\r\n", ';x="y"\r\n'))
      .join("")}0\r\nX-Sum: 1\r\n\r\n`,
    "latin1",
  );
  const places = Array.from({ length: bytes.length }, (_, place) => place);

  test("byte by byte", async () => {
    const act: Act = async (socket) => {
      for (const byte of bytes) {
        socket.write(Uint8Array.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
      socket.end();
    };
    expect(await outcomeOf(act)).toEqual({ data: ["é", "b", "c"], end: "complete" });
  });

  test("in two packets, cut at every place", async () => {
    const ends = await inParallel(places, (place) =>
      outcomeOf((socket) => {
        socket.write(bytes.subarray(0, place));
        setTimeout(() => socket.end(bytes.subarray(place)), 5);
      }),
    );
    for (const [place, end] of ends.entries()) {
      expect(end, `cut at ${place}`).toEqual({ data: ["é", "b", "c"], end: "complete" });
    }
  });

  test("ended at every place: never taken for complete, and nothing but whole events before", async () => {
    const ends = await inParallel(places, (place) => outcomeOf((socket) => socket.end(bytes.subarray(0, place))));
    for (const [place, { data, end }] of ends.entries()) {
      expect(end, `ended at ${place}`).toBe(place < bytes.indexOf(chunked) + chunked.length ? "no response" : "broken");
      expect(["é", "b", "c"].slice(0, data.length), `ended at ${place}`).toEqual(data);
    }
    expect(ends.at(-1)?.data).toHaveLength(3);
  });
});

/** Calls `each` for all of `items`, a few at a time. */
async function inParallel<T, R>(items: readonly T[], each: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const rest = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of rest) results[index] = await each(item);
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return results;
}

/** What a connection without reconnects makes of a server that acts like this on every request. */
async function outcomeOf(act: Act): Promise<{ data: string[]; end: End }> {
  const server = await startTcp((socket) => {
    socket.setNoDelay(true);
    socket.once("data", () => void act(socket));
  });
  const data: string[] = [];
  let end: End = "complete";
  try {
    for await (const each of open({ url: server.url, reconnect: false })) data.push(each.data);
  } catch (error) {
    end = TransportError.is(error, "CONNECT") && error.retryable ? "no response" : "broken";
    if (end === "broken") expect(error).toMatchObject({ code: "SSE_STREAM_ENDED", details: { clean: false } });
  }
  expect(server.connections).toBe(1);
  return { data, end };
}
