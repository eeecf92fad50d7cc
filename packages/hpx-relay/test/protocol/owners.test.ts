import * as fc from "fast-check";
import { seededRandom } from "hpx-transport/testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { type Plan, runWorld } from "./world.js";

const RUNS = Number(process.env["HPX_RUNS"] ?? 50);

const rate = (most: number): fc.Arbitrary<number> => fc.double({ min: 0, max: most, noNaN: true });

const plans: fc.Arbitrary<Plan> = fc.record({
  owners: fc.integer({ min: 2, max: 4 }),
  kinds: fc.array(fc.constantFrom("numeric", "names", "some ids", "replays"), { minLength: 1, maxLength: 3 }),
  rates: fc.record({
    lostReply: rate(0.2),
    lateCopy: rate(0.2),
    lostRequest: rate(0.2),
    spurious: rate(0.2),
    secondCopy: rate(0.3),
    staleTail: rate(0.3),
    tailsAway: rate(0.3),
  }),
  kills: rate(0.1),
  rewinds: rate(0.05),
  steps: fc.integer({ min: 10, max: 60 }),
});

test(
  "owners that all run every source, on a log with every fault, lose and double nothing",
  { timeout: 120_000 },
  async () => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "Date", "performance"],
    });
    onTestFinished(() => {
      vi.useRealTimers();
      vi.restoreAllMocks();
    });
    const totals = { events: 0, conflicts: 0, faults: 0, rewinds: 0, stale: 0 };
    await fc.assert(
      fc.asyncProperty(plans, fc.integer(), async (plan, seed) => {
        const random = seededRandom(seed);
        vi.spyOn(Math, "random").mockImplementation(random);
        const { report, wrong, missing, counts } = await runWorld(plan, random, (milliseconds) =>
          vi.advanceTimersByTimeAsync(milliseconds),
        );
        vi.clearAllTimers();
        expect(wrong).toBeUndefined();
        expect({ ...report, missing }).toMatchObject({ lost: 0, doubled: 0, damaged: 0, missing: 0 });
        totals.events += report.events;
        for (const key of ["conflicts", "faults", "rewinds", "stale"] as const) totals[key] += counts[key];
      }),
      { numRuns: RUNS },
    );
    // A run without faults proves nothing.
    for (const count of Object.values(totals)) expect(count).toBeGreaterThan(0);
  },
);
