import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeEvent } from "sseer";
import { Random } from "./random.js";

/** A stream of about a MiB, with a description. */
export interface DataSet {
  readonly name: string;
  readonly what: string;
  readonly bytes: Buffer;
  /** The number of times that a captured stream is repeated in it. */
  readonly repeats: number;
}

const SIZE = 1024 * 1024;
const WORDS = [
  "the",
  "stream",
  "of",
  "market",
  "data",
  "answers",
  "a",
  "question",
  "with",
  "tokens",
  "and",
  "events",
] as const;
const CJK = "漢字かな交じり文の例として価格は一万円であり取引量が増えています。";

/** The generated data sets, and the two captured ones when the folder `captures` has them. */
export function dataSets(captures: string): DataSet[] {
  const sets = [
    generated("llm deltas", "one named JSON event a token", llmDelta),
    generated("exchange ticks", "type, counting id, 150 B of JSON", tick),
    captured(captures, "ai_stream"),
    captured(captures, "mixed"),
    generated("evenish", "one line of each kind, by turns", evenish),
    generated("cjk and emoji", "three bytes a character and more", cjk),
    generated("several data lines", "three to twelve data lines an event", severalLines),
    generated("crlf", "as exchange ticks, lines end with CRLF", (random, index) =>
      tick(random, index).replaceAll("\n", "\r\n"),
    ),
    generated("heartbeats", "nine comments to each event", heartbeat),
    generated("64 KiB payloads", "one long line an event", largePayload),
  ];
  return sets.filter((set) => set !== undefined);
}

function generated(name: string, what: string, block: (random: Random, index: number) => string): DataSet {
  const random = new Random(1);
  const parts: string[] = [];
  let length = 0;
  for (let index = 0; length < SIZE; index++) {
    const part = block(random, index);
    parts.push(part);
    length += Buffer.byteLength(part);
  }
  return { name, what, bytes: Buffer.from(parts.join("")), repeats: 1 };
}

/** A captured stream, repeated until it is as large as the other data sets. */
function captured(folder: string, name: string): DataSet | undefined {
  const file = join(folder, `${name}.bin`);
  if (!existsSync(file)) return undefined;
  const once = readFileSync(file);
  const times = Math.ceil(SIZE / once.length);
  return {
    name,
    what: "captured; the Rust crate's benchmark",
    bytes: Buffer.concat(Array<Buffer>(times).fill(once)),
    repeats: times,
  };
}

function words(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.pick(WORDS)).join(" ");
}

function llmDelta(random: Random, index: number): string {
  const text = JSON.stringify(words(random, random.int(1, 3)));
  const data = `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":${text}}}`;
  const event = encodeEvent({ event: "content_block_delta", data });
  return index % 50 === 0 ? encodeEvent({ event: "ping", data: '{"type": "ping"}' }) + event : event;
}

function tick(random: Random, index: number): string {
  const symbol = random.pick(["BTC-USD", "ETH-USD", "SOL-USD", "AAPL", "EURUSD"]);
  const price = (random.next() * 50_000).toFixed(2);
  const data = `{"symbol":"${symbol}","price":"${price}","size":"${random.next().toFixed(6)}","side":"${random.pick(["buy", "sell"])}","sequence":${index},"time":"2026-01-01T00:00:00.${String(index % 1000).padStart(3, "0")}Z"}`;
  return encodeEvent({ event: random.pick(["trade", "trade", "trade", "quote"]), id: String(1_000_000 + index), data });
}

function evenish(_: Random, index: number): string {
  return `data: this is the data of a line, of some length\n: a comment line\nevent: update\nid: ${index}\n\n`;
}

function cjk(random: Random, index: number): string {
  const start = random.int(0, CJK.length - 12);
  const text = CJK.slice(start, start + random.int(5, 12)) + (index % 4 === 0 ? random.pick(["😀", "🚀📈", "👩‍👩‍👧‍👦"]) : "");
  return encodeEvent({ id: String(index), data: JSON.stringify({ delta: text }) });
}

function severalLines(random: Random, index: number): string {
  const lines = Array.from({ length: random.int(3, 12) }, () => words(random, random.int(2, 8)));
  return encodeEvent({ id: String(index), data: lines.join("\n") });
}

function heartbeat(random: Random, index: number): string {
  const comment = random.pick([":\n\n", ": heartbeat\n\n", `: keep-alive ${index}\n\n`]);
  return index % 10 === 0 ? encodeEvent({ id: String(index), data: words(random, 6) }) : comment;
}

function largePayload(random: Random, index: number): string {
  return encodeEvent({ id: String(index), data: JSON.stringify({ text: words(random, 11_000).slice(0, 64 * 1024) }) });
}
