import { describe, expect, test } from "vitest";
import { ConnectPace } from "../../chaos/connect-pace.js";

describe("the pace of connects", () => {
  /** Connects at these times; those in `eventless` by their place cannot have delivered. */
  function judge(times: readonly number[], eventless: readonly number[] = [], request?: number): string[] {
    const pace = new ConnectPace();
    for (const [index, at] of times.entries())
      pace.connected({ at, eventless: eventless.includes(index), late: false });
    if (request !== undefined) pace.requested(request);
    return pace.violations(Infinity);
  }

  test("20 ms after an attempt that may have delivered", () => {
    expect(judge([0, 20, 40])).toEqual([]);
    expect(judge([0, 10, 40])).toEqual(["a connect came 10.0 ms after the last, not 20"]);
  });

  test("doubling after those that cannot have", () => {
    expect(judge([0, 25, 75, 175, 325, 475], [0, 1, 2, 3, 4])).toEqual([]);
    expect(judge([0, 25, 50], [0, 1])).toEqual(["a connect came 25.0 ms after the last, not 50"]);
    expect(judge([0, 25, 50, 75], [0, 2])).toEqual([]);
  });

  test("also where the answer shows that it cannot have", () => {
    const pace = new ConnectPace();
    for (const at of [0, 100, 200]) {
      pace.connected({ at, eventless: false, late: false });
      pace.answeredEventless(at + (at === 0 ? 70 : 5));
    }
    pace.connected({ at: 225, eventless: false, late: false });
    expect(pace.violations(Infinity)).toEqual(["a connect came 25.0 ms after the last, not 50"]);
  });

  test("but not where reconnect() was called", () => {
    expect(judge([1000, 1002, 1022], [], 1001)).toEqual([]);
    expect(judge([1000, 1002, 1022], [], 500)).toHaveLength(1);
  });

  test("nor where this process was late itself", () => {
    const pace = new ConnectPace();
    for (const at of [0, 5, 10]) pace.connected({ at, eventless: true, late: at === 5 });
    expect(pace.violations(Infinity)).toEqual([]);
  });

  test("counts the busiest second", () => {
    const pace = new ConnectPace();
    for (const at of [0, 100, 900, 1050, 3000]) pace.connected({ at, eventless: false, late: false });
    expect(pace.busiestSecond).toBe(3);
  });
});
