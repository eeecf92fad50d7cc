import { expect, test } from "vitest";
import { parseDuration } from "../src/duration.js";
import { Rate } from "../src/rate.js";

test.each([
  ["30", 30_000],
  ["0", 0],
  ["0.5", 500],
  [".5s", 500],
  ["250ms", 250],
  ["2m", 120_000],
  ["1h", 3_600_000],
])("the duration %s is %i ms", (text, milliseconds) => {
  expect(parseDuration("--x", text)).toBe(milliseconds);
});

test.each(["", "-1", "1 s", "1d", "s", "1e3", "Infinity", "999999m", "999h "])("%j is no duration", (text) => {
  expect(() => parseDuration("--x", text)).toThrow(/^--x: .* cannot be used; it takes a duration up to 24 days/);
});

test("the rate is that of the last whole second, and falls to 0 in silence", () => {
  const rate = new Rate();
  for (let at = 0; at < 3060; at += 20) rate.count(at);
  expect([3060, 3500, 4000, 60_000].map((at) => rate.perSecond(at))).toEqual([50, 28, 3, 0]);
});
