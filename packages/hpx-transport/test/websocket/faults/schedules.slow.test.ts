import { expect, test } from "vitest";
import { runSchedule } from "./schedules.js";

const COUNT = 1000;
/** Schedules at once: each waits most of the time. */
const AT_ONCE = 10;

test(`F14: ${COUNT} random schedules: exactly once on the wire`, async () => {
  let next = 1;
  const runOne = async (): Promise<void> => {
    while (next <= COUNT) {
      const seed = next;
      next += 1;
      const { wanted, handle, server, faults } = await runSchedule(seed);
      expect({ handle, server, faults }, `seed ${seed}`).toEqual({ handle: wanted, server: wanted, faults: [] });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runOne));
}, 900_000);
