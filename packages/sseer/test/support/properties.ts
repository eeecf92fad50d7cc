import { deepStrictEqual } from "node:assert";
import * as fc from "fast-check";
import { cutAt, cutByLengths } from "./cuts.js";
import { Recorder } from "./recorder.js";
import { parseReference, withoutIgnored } from "./reference-parser.js";
import { type Action, runScenario, type Scenario } from "./scenario.js";
import { anyStream, concatBytes } from "./streams.js";

const LIMIT = 1 << 24;

/**
 * Checks a stream cut at these positions: after each chunk, calls and last event ID equal those of the reference, with a
 * sink that takes what the standard ignores and with one that does not.
 */
export function checkCut(chunks: readonly Uint8Array[]): void {
  const recorder = new Recorder({}, { ignored: true });
  const plain = new Recorder();
  let given: Uint8Array = new Uint8Array(0);
  for (const chunk of chunks) {
    recorder.push(chunk);
    plain.push(chunk);
    given = concatBytes([given, chunk]);
    const expected = parseReference(given);
    deepStrictEqual(
      { calls: recorder.calls, ids: recorder.ids, lastEventId: recorder.parser.lastEventId },
      { calls: expected.calls, ids: expected.ids, lastEventId: expected.lastEventId },
    );
    deepStrictEqual(
      { calls: plain.calls, ids: plain.ids, lastEventId: plain.parser.lastEventId },
      { calls: withoutIgnored(expected.calls), ids: expected.ids, lastEventId: expected.lastEventId },
    );
  }
}

/** Cuts a stream after each byte, and at each position; a short stream at each pair of positions. */
export function checkEveryCut(bytes: Uint8Array, pairsUpTo = 40): void {
  checkCut(cutByLengths(bytes, [1]));
  for (let first = 0; first <= bytes.length; first++) {
    checkCut(cutAt(bytes, first));
    if (bytes.length > pairsUpTo) continue;
    for (let second = first; second <= bytes.length; second++) checkCut(cutAt(bytes, first, second));
  }
}

const lengths = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 10 }),
  fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 6 }).map((list) => [...list, 1]),
  fc.constant([LIMIT]),
);

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Action>({ kind: "throw" }) },
  { weight: 1, arbitrary: fc.constantFrom<Action>({ kind: "reset" }, { kind: "reset-throw" }, { kind: "end" }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("push", "reset-push", "push-throw"), bytes: anyStream }),
  },
);

/** Any stream, any cuts, callbacks that throw, reset, push and end, and a limit that is sometimes exceeded. */
export const anyScenario: fc.Arbitrary<Scenario> = fc.record({
  chunks: fc.tuple(anyStream, lengths).map(([bytes, list]) => cutByLengths(bytes, list)),
  ignored: fc.boolean(),
  limit: fc.oneof(fc.constant(LIMIT), fc.integer({ min: 8, max: 80 })),
  actions: fc.array(fc.tuple(fc.nat(12), action), { maxLength: 4 }).map((list) => new Map(list)),
});

/**
 * The same for streams longer than a block of the parser, in chunks up to their whole length, with limits around the
 * length of a line and of an event. Callbacks act anywhere, so also while an event goes over the end of a block.
 */
export const longScenario: fc.Arbitrary<Scenario> = fc.record({
  chunks: fc
    .tuple(
      fc.array(
        fc
          .tuple(fc.oneof(anyStream, unfinishedEvent()), fc.integer({ min: 1, max: 60 }))
          .map(([bytes, times]) => concatBytes(Array<Uint8Array>(times).fill(bytes))),
        { minLength: 1, maxLength: 4 },
      ),
      fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 300, max: 20_000 })), {
        minLength: 1,
        maxLength: 5,
      }),
    )
    // The reference parser needs a second for each MiB.
    .map(([parts, list]) => cutByLengths(concatBytes(parts).subarray(0, 24_000), list)),
  ignored: fc.boolean(),
  limit: fc.oneof(fc.constant(LIMIT), fc.integer({ min: 20, max: 400 }), fc.integer({ min: 400, max: 24_000 })),
  actions: fc.array(fc.tuple(fc.nat(200), action), { maxLength: 4 }).map((list) => new Map(list)),
});

/** Data lines, and at times another line, without a blank line. */
function unfinishedEvent(): fc.Arbitrary<Uint8Array> {
  const lines = fc.array(
    fc.constantFrom("data: x", "data: 漢字", "data", ": c", "id: 5", "foo", "retry: 5", "event: é"),
    {
      minLength: 1,
      maxLength: 5,
    },
  );
  return fc
    .tuple(lines, fc.constantFrom("\n", "\r", "\r\n"), fc.integer({ min: 0, max: 2000 }))
    .map(([list, end, long]) => new TextEncoder().encode(list.join(end) + end + `data: ${"x".repeat(long)}${end}`));
}

export function checkScenario(scenario: Scenario): void {
  const { actual, expected } = runScenario(scenario);
  deepStrictEqual(actual, expected);
}

/** A long stream in chunks of any size, with lines and events much larger than the first size of each buffer. */
export const longStream: fc.Arbitrary<Uint8Array[]> = fc
  .tuple(
    fc.array(
      fc.oneof(
        anyStream,
        fc
          .tuple(
            fc.constantFrom("data: x", "data: é", "data: 字\n", "data:😀\r\n", ":c", "data: 0123456789\n\n"),
            fc.integer({ min: 1, max: 3000 }),
          )
          .map(([text, times]) => new TextEncoder().encode(text.repeat(times))),
      ),
      { minLength: 1, maxLength: 6 },
    ),
    fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 5 }),
  )
  .map(([parts, list]) => cutByLengths(concatBytes(parts), list));

/** As {@link checkCut}, but compared only at the end: the reference is too slow to run after each chunk. */
export function checkLong(chunks: readonly Uint8Array[]): void {
  const expected = parseReference(concatBytes(chunks));
  deepStrictEqual(new Recorder({}, { ignored: true }).push(...chunks).calls, expected.calls);
  deepStrictEqual(new Recorder().push(...chunks).calls, withoutIgnored(expected.calls));
}
