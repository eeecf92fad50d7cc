import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { offAbort, onAbort } from "../../src/connection/signals.js";

test("a callback is called once, and callbacks of one signal share one listener", () => {
  const controller = new AbortController();
  const calls: string[] = [];
  onAbort(controller.signal, () => calls.push("a"));
  onAbort(controller.signal, () => calls.push("b"));
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
  controller.abort();
  expect(calls).toEqual(["a", "b"]);
});

test("the last callback that goes takes the listener with it; a new one brings another", () => {
  const { signal } = new AbortController();
  const [first, second] = [(): void => {}, (): void => {}];
  onAbort(signal, first);
  onAbort(signal, second);
  offAbort(signal, first);
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  offAbort(signal, second);
  offAbort(signal, second);
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
  onAbort(signal, first);
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
});

test("a callback may remove itself, and others, while the signal fires", () => {
  const controller = new AbortController();
  const { signal } = controller;
  const calls: string[] = [];
  const second = (): void => void calls.push("second");
  const first = (): void => {
    calls.push("first");
    offAbort(signal, first);
    offAbort(signal, second);
  };
  onAbort(signal, first);
  onAbort(signal, second);
  onAbort(signal, () => calls.push("third"));
  controller.abort();
  expect(calls).toEqual(["first", "third"]);
});

test("a hundred thousand callbacks come and go in linear time", () => {
  const { signal } = new AbortController();
  const time = (count: number): number => {
    const callbacks = Array.from({ length: count }, () => (): void => {});
    const begun = performance.now();
    for (const callback of callbacks) onAbort(signal, callback);
    // Newest last: where a list is searched from its start, this order is the slowest.
    for (const callback of callbacks.toReversed()) offAbort(signal, callback);
    return performance.now() - begun;
  };
  time(1000);
  // A listener each would take minutes.
  expect(time(100_000)).toBeLessThan(2000);
});
