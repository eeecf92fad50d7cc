import { expect, test } from "vitest";
import { ConnectPace } from "../../src/source/connect-pace.js";

test("connects to one origin follow each other at the given rate, in their order, and other origins do not wait", async () => {
  const pace = new ConnectPace();
  const { signal } = new AbortController();
  const started = performance.now();
  const order: number[] = [];
  const turns = Array.from({ length: 6 }, async (_, index) => {
    await pace.turn("http://a", 50, signal);
    order.push(index);
    return performance.now() - started;
  });
  await pace.turn("http://b", 50, signal);
  expect(order.length).toBeLessThan(3);
  const times = await Promise.all(turns);
  expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  // The sixth waits for five turns of 20 ms; timers may fire a millisecond early.
  expect(times.at(-1)).toBeGreaterThan(94);
});

test("who stops does not wait", async () => {
  const pace = new ConnectPace();
  const stop = new AbortController();
  await pace.turn("http://a", 0.001, stop.signal);
  const waiting = pace.turn("http://a", 0.001, stop.signal);
  stop.abort();
  await waiting;
});
