import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { IdleClock } from "../../src/connection/idle-clock.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start(limit: number): { clock: IdleClock; fired: () => number } {
  let fired = 0;
  const clock = new IdleClock(limit, () => {
    fired += 1;
  });
  clock.start();
  return { clock, fired: () => fired };
}

test("it fires once, a limit after the last sign of life", () => {
  const { clock, fired } = start(100);
  vi.advanceTimersByTime(90);
  clock.touch();
  vi.advanceTimersByTime(99);
  expect(fired()).toBe(0);
  vi.advanceTimersByTime(1);
  expect(fired()).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

test("a pause stops it, and is not counted when it goes on", () => {
  const { clock, fired } = start(100);
  vi.advanceTimersByTime(40);
  clock.pause();
  vi.advanceTimersByTime(5000);
  clock.resume();
  vi.advanceTimersByTime(59);
  expect(fired()).toBe(0);
  vi.advanceTimersByTime(1);
  expect(fired()).toBe(1);
});

test("many signs of life set no timer of their own", () => {
  const { clock } = start(100);
  for (let index = 0; index < 1000; index += 1) clock.touch();
  expect(vi.getTimerCount()).toBe(1);
  clock.stop();
  expect(vi.getTimerCount()).toBe(0);
});
