// The same bytes, cut at random, for websocket-driver's client and for ours: the same messages, and the same verdict.
import { createHash } from "node:crypto";
import driver from "websocket-driver";
import { expect, test } from "vitest";
import {
  encodeFrame,
  encodeMessage,
  MockWsServer,
  seededRandom,
  type Violation,
  VIOLATIONS,
} from "../../src/testing/index.js";
import { TransportError } from "../../src/index.js";
import { WsConnection, type WsData } from "../../src/websocket/index.js";

const ROUNDS = Number(process.env["FUZZ_ROUNDS"] ?? 400);

type Random = () => number;

/** What a client made of the bytes. */
interface Seen {
  readonly messages: readonly string[];
  /** `"end"` without a Close frame; the code of the server's Close frame; `"protocol"` for a broken rule. */
  readonly end: "end" | "protocol" | number;
}

/** A message as one short text, whatever its kind. */
function shown(data: WsData): string {
  const [kind, text] = typeof data === "string" ? ["t", data] : ["b", Buffer.from(data).toString("hex")];
  if (text.length < 100) return `${kind}:${text}`;
  return `${kind}:${text.length} ${createHash("sha1").update(text).digest("hex")}`;
}

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

const PIECES = ["", "a", "é", "漢字", "🙂", "x".repeat(120), "y".repeat(126), "z".repeat(70_000), '{"a":1}'];

/** Frames of a few messages, with control frames between and within them, and an ending. */
function randomBytes(random: Random): Buffer {
  const frames: Buffer[] = [];
  for (let n = Math.floor(random() * 8); n >= 0; n -= 1) {
    const text = Array.from({ length: Math.floor(random() * 3) }, () => pick(random, PIECES)).join("");
    const data = random() < 0.7 ? text : Buffer.from(text);
    const size = random() < 0.5 ? undefined : Math.max(1, Math.ceil((Buffer.byteLength(text) * (random() + 0.1)) / 3));
    for (const frame of encodeMessage(data, size)) {
      frames.push(frame);
      if (random() < 0.2) {
        const payload = "p".repeat(Math.floor(random() * 126));
        frames.push(encodeFrame({ opcode: random() < 0.7 ? "ping" : "pong", payload }));
      }
    }
  }
  const ending = random();
  if (ending < 0.4) frames.push(...VIOLATIONS[pick(random, COMPARED)].frames.map((bytes) => Buffer.from(bytes)));
  else if (ending < 0.8) {
    const code = pick(random, [1000, 1001, 1011, 3000, 4000, 4999]);
    frames.push(
      encodeFrame({ opcode: "close", payload: Buffer.concat([Buffer.of(code >> 8, code & 255), Buffer.from("é")]) }),
    );
  } else if (ending < 0.9) frames.push(encodeFrame({ opcode: "text", payload: "cut" }).subarray(0, 3));
  return Buffer.concat(frames);
}

/** What websocket-driver lets through: it takes a masked frame of a server, and a Close frame whose code or reason is wrong. */
const LENIENT: ReadonlySet<Violation> = new Set<Violation>(["masked", "close-one-byte", "close-code", "close-utf8"]);
const COMPARED = (Object.keys(VIOLATIONS) as Violation[]).filter((violation) => !LENIENT.has(violation));

/** `bytes` in pieces: some of one byte, some long. */
function cut(bytes: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = random() < 0.5 ? 1 + Math.floor(random() * 4) : 1 + Math.floor(random() * 20_000);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

async function theirs(pieces: readonly Buffer[]): Promise<Seen> {
  const client = driver.client("ws://127.0.0.1/", { maxLength: 2 ** 26 });
  const messages: string[] = [];
  let end: Seen["end"] = "end";
  client.messages.on("data", (data: WsData) => messages.push(shown(data)));
  client.on("error", () => (end = "protocol"));
  client.on("close", ({ code }) => {
    if (end === "end") end = code;
  });
  const request = new Promise<string>((resolve) => client.io.once("data", (bytes) => resolve(String(bytes))));
  client.start();
  const [, key = ""] = /sec-websocket-key: (\S+)/i.exec(await request) ?? [];
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const head = ["HTTP/1.1 101 x", "Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Accept: ${accept}`];
  client.io.write(Buffer.from(`${head.join("\r\n")}\r\n\r\n`));
  for (const piece of pieces) client.io.write(piece);
  await new Promise((resolve) => setImmediate(resolve));
  return { messages, end };
}

async function ours(server: MockWsServer, pieces: readonly Buffer[]): Promise<Seen> {
  server.reply({
    steps: pieces.map((raw) => ({ raw })),
    // A plain end would reset the connection where pongs of the client are unread, and what it has not read would be lost.
    finish: "half-close",
  });
  const connection = WsConnection.open({ url: server.url, reconnect: false, closeTimeout: 50, eventCapacity: 10_000 });
  const messages: string[] = [];
  try {
    for await (const { data } of connection) messages.push(shown(data));
    // A close with 1000 and no reconnect is a clean end.
    return { messages, end: 1000 };
  } catch (error) {
    // A length with its highest bit set is too large, before it is a broken rule.
    const isBroken = TransportError.is(error, "WS_PROTOCOL") || TransportError.is(error, "WS_MESSAGE_TOO_LARGE");
    if (isBroken) return { messages, end: "protocol" };
    if (!TransportError.is(error, "WS_CLOSED")) throw error;
    return { messages, end: error.details.code === 1006 ? "end" : error.details.code };
  } finally {
    await connection.close();
  }
}

test(`${ROUNDS} random connections`, { timeout: 300_000 }, async () => {
  await using server = await MockWsServer.start();
  const ends = new Map<unknown, number>();
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    const random = seededRandom(seed);
    const pieces = cut(randomBytes(random), random);
    const expected = await theirs(pieces);
    expect({ seed, ...(await ours(server, pieces)) }).toEqual({ seed, ...expected });
    ends.set(expected.end, (ends.get(expected.end) ?? 0) + 1);
  }
  // Every kind of ending was there.
  expect([...ends.keys()]).toEqual(expect.arrayContaining(["end", "protocol", 1000, 4000]));
});

test.each([...LENIENT])("%s, which websocket-driver takes, is refused by ours", async (violation) => {
  await using server = await MockWsServer.start();
  const seen = await ours(server, [
    encodeFrame({ opcode: "text", payload: "before" }),
    ...VIOLATIONS[violation].frames.map((bytes) => Buffer.from(bytes)),
  ]);
  expect(seen).toEqual({ messages: ["t:before"], end: "protocol" });
});
