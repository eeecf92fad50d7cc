import { expect, test } from "vitest";
import { Pace, parseSpeed } from "../../src/serve/pace.js";

const never = new AbortController().signal;

test.each([
  [1, 100],
  [4, 400],
  [0.5, 50],
])("at speed %d, the recorded time %i is 100 ms away", async (speed, t) => {
  const start = performance.now();
  await new Pace(1000, speed, never).until(1000 + t);
  // A timer may fire a millisecond early.
  expect(performance.now() - start).toBeGreaterThanOrEqual(98);
});

test("there is no wait at full speed, nor for a time in the past", async () => {
  await new Pace(0, Infinity, never).until(1e15);
  await new Pace(1000, 1, never).until(500);
});

test("a wait ends with its client", async () => {
  const gone = new AbortController();
  const waiting = new Pace(0, 1, gone.signal).until(1e15);
  gone.abort();
  await expect(waiting).rejects.toThrow("aborted");
});

test.each([
  ["1", 1],
  ["10x", 10],
  ["0.5", 0.5],
  ["max", Infinity],
])("--speed %s", (text, speed) => {
  expect(parseSpeed(text)).toBe(speed);
});

test.each(["0", "-1", "fast", "", "NaN"])("--speed %j is wrong usage", (text) => {
  expect(() => parseSpeed(text)).toThrow(/^--speed: .* cannot be used; it takes a factor such as/);
});
