import type { LogRecord } from "hpx-relay";
import { expect, test } from "vitest";
import type { Window } from "../../src/serve/window.js";
import { Windows } from "../../src/serve/windows.js";
import { messageOf } from "../support.js";

const record = (source: string, pos: number, bytes = 10): LogRecord => ({
  ...messageOf(pos),
  data: Buffer.alloc(bytes, "x"),
  source,
  pos,
});

/** The positions that a client at `pos` gets; `undefined` where it has to read the log. */
function after(window: Window, pos: number, generation = window.generation): number[] | undefined {
  return window.after({ generation, pos }, 1_000_000)?.map(({ place }) => place.pos);
}

test("a window has what comes after the position at which it was opened, of its source only", () => {
  const windows = new Windows(1_000_000);
  const window = windows.enter("a", undefined);
  expect(after(window, 100)).toBeUndefined();
  windows.open(7);
  expect([after(window, 6), after(window, 7)]).toEqual([undefined, []]);
  windows.add([record("a", 8), record("b", 9), record("a", 10)]);
  expect([after(window, 7), after(window, 8), after(window, 9), after(window, 10)]).toEqual([[8, 10], [10], [10], []]);
  const late = windows.enter("b", 10);
  expect([after(late, 9), after(late, 10)]).toEqual([undefined, []]);
});

test("the oldest messages of all sources go first, and a client that is before them reads the log", () => {
  const windows = new Windows(10_000);
  const a = windows.enter("a", 0);
  const b = windows.enter("b", 0);
  windows.add([record("a", 1, 3000), record("b", 2, 3000), record("a", 3, 3000)]);
  expect([after(a, 0), after(b, 0)]).toEqual([[1, 3], [2]]);
  windows.add([record("b", 4, 3000)]);
  expect([after(a, 0), after(a, 1), after(b, 0)]).toEqual([undefined, [3], [2, 4]]);
  windows.add([record("a", 5, 3000)]);
  expect([after(a, 1), after(b, 0), after(b, 2)]).toEqual([[3, 5], undefined, [4]]);
});

test("a log that is another one: what clients have covered says nothing any more", () => {
  const windows = new Windows(1_000_000);
  const window = windows.enter("a", 0);
  const { generation } = window;
  windows.add([record("a", 1)]);
  windows.reset();
  expect(after(window, 1, generation)).toBeUndefined();
  windows.open(1);
  expect([after(window, 1, generation), after(window, 1)]).toEqual([undefined, []]);
});

test("clients that come and go, and messages that come and go, leave nothing behind", () => {
  const windows = new Windows(100_000);
  let pos = 0;
  const add = (source: string, count: number): void => {
    for (let left = count; left > 0; left -= 1) windows.add([record(source, (pos += 1))]);
  };
  for (let round = 0; round < 50; round += 1) {
    windows.enter("a", pos);
    windows.enter("b", pos);
    add("a", 100);
    windows.leave("a");
    add("b", 20);
    windows.leave("b");
  }
  expect([windows.count, windows.bytes, windows.kept]).toEqual([0, 0, 0]);
  const window = windows.enter("a", pos);
  add("a", 5000);
  expect(windows.bytes).toBeLessThanOrEqual(100_000);
  expect(windows.kept).toBeLessThan(400);
  expect(after(window, pos - 100)).toHaveLength(100);
  expect(after(window, pos - 1000)).toBeUndefined();
});
