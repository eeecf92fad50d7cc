import { expect, test } from "vitest";
import { runSchedule } from "./schedules.js";

const COUNT = 1000;

test(`F14: ${COUNT} random schedules: exactly once on the wire`, async () => {
  for (let seed = 1; seed <= COUNT; seed += 1) {
    const { wanted, handle, server, faults } = await runSchedule(seed);
    expect({ handle, server, faults }, `seed ${seed}`).toEqual({ handle: wanted, server: wanted, faults: [] });
  }
}, 600_000);
