import { expect, test } from "vitest";
import { runSchedule } from "./schedules.js";

test("F14: random schedules of subscribing, leaving, acknowledging and dropping: exactly once on the wire", async () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const { wanted, handle, server, faults } = await runSchedule(seed);
    expect({ handle, server, faults }, `seed ${seed}`).toEqual({ handle: wanted, server: wanted, faults: [] });
  }
}, 40_000);
