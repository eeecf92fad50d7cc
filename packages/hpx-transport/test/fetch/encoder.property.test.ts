import { EventParser, type ServerSentEvent } from "sseer";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Encoder } from "../../src/fetch/encoder.js";
import type { SseEvent } from "../../src/sse/index.js";

/** Text of a stream with everything that means something to a parser, and much that does not. */
const piece = fc.oneof(
  fc.constantFrom("data", "id", "event", "retry", ":", " ", "\n", "\r", "\r\n", "\n\n", "\0", "\uFEFF", "é", "😀", "7"),
  fc.constantFrom(
    "data: a\n\n",
    "id: 5\n",
    "id\n",
    "event: x\n",
    "retry: 1000\n",
    "retry: 99999999999999999999\n",
    "data\n\n",
  ),
  fc.string({ maxLength: 5 }),
);
const stream = fc.array(piece, { maxLength: 60 }).map((pieces) => new TextEncoder().encode(pieces.join("")));

interface Parsed {
  readonly events: ServerSentEvent[];
  readonly comments: string[];
}

function parse(bytes: Uint8Array, encoder?: Encoder): Parsed {
  const parsed: Parsed = { events: [], comments: [] };
  const parser = new EventParser({
    onEvent(event) {
      parsed.events.push(event);
      encoder?.received({ ...event, kind: "data" });
    },
    onComment: (text) => void parsed.comments.push(text),
  });
  parser.push(bytes);
  return parsed;
}

test("the consumer's parser finds the events that came, however they are batched", () => {
  fc.assert(
    fc.property(stream, fc.array(fc.integer({ min: 1, max: 5 })), (bytes, sizes) => {
      const { events } = parse(bytes);
      const encoder = new Encoder();
      const sent: number[] = [];
      for (let at = 0, turn = 0; at < events.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        const batch = events.slice(at, at + size).map((event): SseEvent => ({ ...event, kind: "data" }));
        sent.push(...encoder.encode(batch));
        at += size;
      }
      const clamped = events.map((event) =>
        event.retry === undefined ? event : { ...event, retry: Math.min(event.retry, Number.MAX_SAFE_INTEGER) },
      );
      expect(parse(Uint8Array.from(sent)).events).toEqual(clamped);
    }),
    { numRuns: 2000 },
  );
});

test("comments stay before the event that they came before, up to 4 KiB", () => {
  const encoder = new Encoder();
  const event: SseEvent = { event: "message", data: "a", id: "", kind: "data" };
  encoder.comment("one");
  encoder.comment("x".repeat(5000));
  encoder.received(event);
  encoder.comment("two");
  expect(new TextDecoder().decode(encoder.encode([event]))).toBe(": one\n\ndata: a\n\n");
  expect(new TextDecoder().decode(encoder.takeComments())).toBe(": two\n\n");
  expect(encoder.takeComments()).toBeUndefined();
});

test("an id that cannot be one, from a handler's cursor, is left out, and a huge `retry` is the largest that can be sent", () => {
  const encoder = new Encoder();
  const event = { event: "message", data: "a", kind: "data" } as const;
  const text = new TextDecoder().decode(
    encoder.encode([
      { ...event, id: "1" },
      { ...event, id: "a\nb", retry: 1e20 },
    ]),
  );
  expect(text).toBe("id: 1\ndata: a\n\nretry: 9007199254740991\ndata: a\n\n");
});
