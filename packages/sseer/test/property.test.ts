import * as fc from "fast-check";
import { describe, test } from "vitest";
import {
  anyScenario,
  checkCut,
  checkEveryCut,
  checkLong,
  checkScenario,
  longScenario,
  longStream,
} from "./support/properties.js";
import { cutByLengths } from "./support/cuts.js";
import { anyStream, byteSoup, grammarStream, mutatedStream } from "./support/streams.js";

const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });

describe("the parser does what the standard says", () => {
  test.each([
    ["streams made by the grammar", grammarStream],
    ["byte soup", byteSoup],
    ["mutations of both", mutatedStream],
  ])("of %s, cut at random, after each chunk", (_, streams) => {
    fc.assert(
      fc.property(streams, lengths, (bytes, list) => checkCut(cutByLengths(bytes, list))),
      { numRuns: 500 },
    );
  });

  test("of any stream cut at every place, and of a short one at every pair of places", () => {
    fc.assert(
      fc.property(anyStream, (bytes) => checkEveryCut(bytes.subarray(0, 300))),
      { numRuns: 60 },
    );
  });

  test("of any stream while callbacks throw, reset, push and end, under any limit", () => {
    fc.assert(
      fc.property(anyScenario, (scenario) => checkScenario(scenario)),
      { numRuns: 2000 },
    );
  });

  test("of streams longer than a block while callbacks throw, reset, push and end, under any limit", () => {
    fc.assert(
      fc.property(longScenario, (scenario) => checkScenario(scenario)),
      { numRuns: 200 },
    );
  });

  test("of long streams with long lines, in chunks of any size", () => {
    fc.assert(
      fc.property(longStream, (chunks) => checkLong(chunks)),
      { numRuns: 150 },
    );
  });
});
