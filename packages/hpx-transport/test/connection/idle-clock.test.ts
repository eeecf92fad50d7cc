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

/** Lets timers fire, and then the immediates that they asked for: a fake one comes a millisecond later. */
function advance(milliseconds: number): void {
  vi.advanceTimersByTime(milliseconds);
  vi.advanceTimersByTime(1);
}

/** The time goes on, but no timer fires: as when the event loop is blocked. */
function block(milliseconds: number): void {
  const { now } = performance;
  performance.now = () => now.call(performance) + milliseconds;
}

test("it fires once, a limit after the last sign of life and after the sockets were read once more", () => {
  const { clock, fired } = start(100);
  vi.advanceTimersByTime(90);
  clock.touch();
  vi.advanceTimersByTime(99);
  expect(fired()).toBe(0);
  // To the timer, and no further: an immediate runs after the sockets were read.
  vi.advanceTimersByTime(1);
  expect(fired()).toBe(0);
  vi.advanceTimersByTime(1);
  expect(fired()).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

test("a byte that is read between the two looks is life", () => {
  const { clock, fired } = start(100);
  vi.advanceTimersToNextTimer();
  clock.touch();
  vi.advanceTimersByTime(99);
  expect(fired()).toBe(0);
  advance(1);
  expect(fired()).toBe(1);
});

test("after a timer that fires late, bytes have some time to arrive through a decoder", () => {
  const { clock, fired } = start(100);
  block(500);
  vi.advanceTimersByTime(100);
  expect(fired()).toBe(0);
  vi.advanceTimersByTime(40);
  clock.touch();
  vi.advanceTimersByTime(99);
  expect(fired()).toBe(0);
  advance(1);
  expect(fired()).toBe(1);
});

test.each(["stop", "pause"] as const)("%s() between the two looks ends it", (how) => {
  const { clock, fired } = start(100);
  vi.advanceTimersToNextTimer();
  clock[how]();
  vi.advanceTimersByTime(1000);
  expect(fired()).toBe(0);
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
  advance(1);
  expect(fired()).toBe(1);
});

test("many signs of life set no timer of their own", () => {
  const { clock } = start(100);
  for (let index = 0; index < 1000; index += 1) clock.touch();
  expect(vi.getTimerCount()).toBe(1);
  clock.stop();
  expect(vi.getTimerCount()).toBe(0);
});
