import { describe, expect, test } from "vitest";
import { Chance } from "../../chaos/chance.js";
import { ConnectPace } from "../../chaos/connect-pace.js";
import { excess, growth, leftovers, type Sample } from "../../chaos/levels.js";
import { lanePlans } from "../../chaos/proxy-faults.js";

describe("chance", () => {
  test("follows from the seed", () => {
    const draw = (...parts: number[]): number[] => {
      const chance = new Chance(...parts);
      return Array.from({ length: 20 }, () => chance.between(0, 1000));
    };
    expect(draw(1, 2)).toEqual(draw(1, 2));
    expect(draw(1, 2)).not.toEqual(draw(2, 1));
    expect(draw(1, 2)).not.toEqual(draw(1, 3));
  });

  test("keeps to its limits and weights", () => {
    const chance = new Chance(3);
    const numbers = Array.from({ length: 1000 }, () => chance.between(2, 5));
    expect([Math.min(...numbers), Math.max(...numbers)]).toEqual([2, 5]);
    const names = Array.from({ length: 1000 }, () => chance.weighted({ often: 9, seldom: 1, never: 0 }));
    expect(names.filter((name) => name === "seldom").length).toBeGreaterThan(50);
    expect(names.filter((name) => name === "often").length).toBeGreaterThan(800);
    expect(names).not.toContain("never");
  });

  test("plans outages: several connections in a row that end at the door", () => {
    const plans = lanePlans(1, new Chance(1));
    const barren = Array.from({ length: 300 }, (_, n) => (plans(n + 1).barren ? "x" : "."));
    expect(barren.join("")).toMatch(/x{3}/);
    expect(barren.filter((mark) => mark === "x").length).toBeLessThan(200);
  });
});

describe("the pace of connects", () => {
  /** Connects at these times; those in `barren` by their place cannot have delivered. */
  function judge(times: readonly number[], barren: readonly number[] = [], request?: number): string[] {
    const pace = new ConnectPace();
    for (const [index, at] of times.entries()) pace.connected({ at, barren: barren.includes(index), late: false });
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
      pace.connected({ at, barren: false, late: false });
      pace.answeredBarren(at + (at === 0 ? 70 : 5));
    }
    pace.connected({ at: 225, barren: false, late: false });
    expect(pace.violations(Infinity)).toEqual(["a connect came 25.0 ms after the last, not 50"]);
  });

  test("but not where reconnect() was called", () => {
    expect(judge([1000, 1002, 1022], [], 1001)).toEqual([]);
    expect(judge([1000, 1002, 1022], [], 500)).toHaveLength(1);
  });

  test("nor where this process was late itself", () => {
    const pace = new ConnectPace();
    for (const at of [0, 5, 10]) pace.connected({ at, barren: true, late: at === 5 });
    expect(pace.violations(Infinity)).toEqual([]);
  });

  test("counts the busiest second", () => {
    const pace = new ConnectPace();
    for (const at of [0, 100, 900, 1050, 3000]) pace.connected({ at, barren: false, late: false });
    expect(pace.busiestSecond).toBe(3);
  });
});

describe("the levels", () => {
  const level: Sample = { heap: 1e7, rss: 1e8, sockets: 6, timers: 12, abortListeners: 6, processListeners: 5 };
  const times = (count: number, sample: Partial<Sample> = {}): Sample[] =>
    Array.from({ length: count }, () => ({ ...level, ...sample }));

  test("may rise while warming up, and not after it", () => {
    expect(growth([...times(2, { heap: 1e6 }), ...times(6)])).toEqual([]);
    expect(growth([...times(6), ...times(2, { heap: 2e7 })])).toEqual(["heap grew from 10000000 to 20000000"]);
    expect(growth([...times(6), ...times(2, { abortListeners: 7 })])).toHaveLength(1);
    expect(growth([...times(6, { sockets: 8 }), ...times(2)])).toEqual([]);
  });

  test("allow a socket and a few timers for each connection", () => {
    const before = { ...level, sockets: 0, timers: 0, abortListeners: 0 };
    expect(excess(level, before, 6)).toEqual([]);
    expect(excess({ ...level, sockets: 13 }, before, 6)).toEqual(["13 sockets for 6 connections"]);
  });

  test("are as before when all is closed", () => {
    expect(leftovers({ ...level, heap: 9e7 }, level)).toEqual([]);
    expect(leftovers({ ...level, timers: 13 }, level)).toEqual(["1 timers are left after close"]);
  });
});
