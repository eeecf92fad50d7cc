import {
  encodeEvent,
  EventDecoderStream,
  EventParser,
  EventStream,
  EventTooLargeError,
  type ServerSentEvent,
} from "sseer";
import { equal, failureOf } from "../assert.js";
import { type Check, check } from "../check.js";

/** A stream with all kinds of line ends, comments, a BOM, long and short events, ASCII, Latin-1, CJK and emoji. */
const SAMPLE: readonly Partial<ServerSentEvent>[] = [
  { data: "plain", id: "1" },
  { data: "two\nlines", event: "trade", id: "2" },
  { data: "größer, 日本語, 🎈🎈", id: "ü" },
  { data: "x".repeat(3000), event: "long" },
  { data: "漢字".repeat(700), id: "3" },
  { data: "" },
  { data: '{"price":1.5}', event: "trade", id: "4" },
];
const TEXT = `\uFEFF: hello\n${SAMPLE.map((event) => encodeEvent(event)).join("")}`;
const EXPECTED = expectedOf(SAMPLE);

export const parser: readonly Check[] = [
  check("the parser finds the same events at every cut into two", () => {
    const bytes = new TextEncoder().encode(TEXT);
    for (let at = 0; at <= bytes.length; at += 1) {
      equal(parse([bytes.subarray(0, at), bytes.subarray(at)]), EXPECTED, `cut at ${at}`);
    }
  }),
  check("the parser finds the same events over random cuts, with every line end", () => {
    for (const lineEnd of ["\n", "\r", "\r\n"]) {
      const bytes = new TextEncoder().encode(TEXT.replaceAll("\n", lineEnd));
      for (let seed = 1; seed <= 50; seed += 1) equal(parse(cut(bytes, seed)), EXPECTED, `seed ${seed}`);
    }
  }),
  check("the parser decodes UTF-8 byte by byte, and invalid bytes become U+FFFD", () => {
    const bytes = [...new TextEncoder().encode("data: ü漢🎈"), 0xff, 0xe6, 0xbc, 0x0a, 0x0a];
    equal(parse(bytes.map((byte) => Uint8Array.of(byte)))[0]?.data, "ü漢🎈\uFFFD\uFFFD");
  }),
  check("the parser reads large chunks of ASCII, of Latin-1 and of CJK", () => {
    for (const character of ["a", "ü", "漢"]) {
      const events = Array.from({ length: 200 }, (_, index) => ({ data: character.repeat(400), id: String(index) }));
      const bytes = new TextEncoder().encode(events.map((event) => encodeEvent(event)).join(""));
      equal(parse([bytes]), expectedOf(events), `many of ${character}`);
      equal(parse([new TextEncoder().encode(encodeEvent({ data: character.repeat(100_000) }))])[0]?.data.length, 1e5);
    }
  }),
  check("the parser throws at its limit for a line without end", async () => {
    const endless = new EventParser({ onEvent: () => {} }, { maxEventSize: 10_000 });
    const chunk = new TextEncoder().encode("x".repeat(1000));
    const error = await failureOf(() => {
      for (let index = 0; index < 100; index += 1) endless.push(chunk);
    });
    equal(error instanceof EventTooLargeError, true, String(error));
  }),
  check("a web stream of bytes is read by EventStream and by EventDecoderStream", async () => {
    const bytes = new TextEncoder().encode(TEXT);
    equal(await collect(new EventStream(streamOf(cut(bytes, 7)))), EXPECTED, "EventStream");
    const decoded = streamOf(cut(bytes, 8)).pipeThrough(new EventDecoderStream());
    equal(await collectStream(decoded), EXPECTED, "EventDecoderStream");
  }),
];

function expectedOf(events: readonly Partial<ServerSentEvent>[]): ServerSentEvent[] {
  let lastId = "";
  return events.map(({ event = "message", data = "", id = lastId }) => {
    lastId = id;
    return { event, data, id };
  });
}

function parse(chunks: readonly Uint8Array[]): ServerSentEvent[] {
  const events: ServerSentEvent[] = [];
  const eventParser = new EventParser({ onEvent: (event) => events.push(event) });
  for (const chunk of chunks) eventParser.push(chunk);
  eventParser.end();
  return events.map(({ event, data, id }) => ({ event, data, id }));
}

/** Chunks of 1 to 64 bytes; the same seed gives the same chunks. */
function cut(bytes: Uint8Array, seed: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let state = seed;
  for (let start = 0; start < bytes.length;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const end = start + 1 + ((state >>> 16) & 63);
    chunks.push(bytes.subarray(start, end));
    start = end;
  }
  return chunks;
}

function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  const left = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const chunk = left.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(new Uint8Array(chunk));
    },
  });
}

async function collect(events: AsyncIterable<ServerSentEvent>): Promise<ServerSentEvent[]> {
  const all: ServerSentEvent[] = [];
  for await (const { event, data, id } of events) all.push({ event, data, id });
  return all;
}

async function collectStream(stream: ReadableStream<ServerSentEvent>): Promise<ServerSentEvent[]> {
  const all: ServerSentEvent[] = [];
  const reader = stream.getReader();
  for (let result = await reader.read(); !result.done; result = await reader.read()) {
    const { event, data, id } = result.value;
    all.push({ event, data, id });
  }
  return all;
}
