import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test, vi } from "vitest";
import { Channel } from "../../src/connection/channel.js";
import type { SseEvent } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

const event = (id: number, data = ""): SseEvent => ({ event: "", data, id: String(id), kind: "data" });

function make(
  capacity = 4,
  bufferSize = 1000,
): { channel: Channel<SseEvent>; calls: string[]; taken: string[]; fill: (count: number) => void } {
  const calls: string[] = [];
  const taken: string[] = [];
  const channel = new Channel<SseEvent>(
    {
      capacity,
      bufferSize,
      sizeOf: ({ data, id }) => data.length + id.length,
      onTaken: ({ id }) => void taken.push(id),
    },
    { onDrain: () => calls.push("room"), onRest: () => calls.push("rest") },
  );
  let next = 0;
  const fill = (count: number): void => {
    for (let index = 0; index < count; index += 1) channel.push(event((next += 1)));
    channel.wake();
  };
  return { channel, calls, taken, fill };
}

const idOf = (result: IteratorResult<SseEvent, undefined>): string | undefined => result.value?.id;

describe("watermarks", () => {
  test("full at its capacity of events; room again at half, once", async () => {
    const { channel, calls, fill } = make(4);
    fill(3);
    expect(channel.full).toBe(false);
    fill(1);
    expect(channel.full).toBe(true);
    await channel.next();
    expect([channel.full, calls]).toEqual([false, []]);
    await channel.next();
    expect(calls).toEqual(["room"]);
    await channel.next();
    expect(calls).toEqual(["room"]);
  });

  test("full at its size of text; room again at half", async () => {
    const { channel, calls } = make(100, 10);
    for (let id = 1; id <= 3; id += 1) channel.push(event(id, "xxx"));
    channel.wake();
    expect(channel.full).toBe(true);
    await channel.next();
    expect(calls).toEqual([]);
    await channel.next();
    expect(calls).toEqual(["room"]);
  });

  test("a read may overshoot; takeAll empties it at once", async () => {
    const { channel, calls, taken, fill } = make(4);
    fill(50);
    expect(idOf(await channel.next())).toBe("1");
    expect((await channel.takeAll()).value?.map(({ id }) => Number(id))).toEqual(
      Array.from({ length: 49 }, (_, i) => i + 2),
    );
    expect([channel.length, calls, taken]).toEqual([0, ["room"], ["1", "50"]]);
  });
});

test("events come in order while reading and filling take turns", async () => {
  const { channel, fill } = make();
  const ids: unknown[] = [];
  for (let round = 1; round <= 20; round += 1) {
    fill(round);
    for (let index = 0; index < round - (round % 3); index += 1) ids.push(idOf(await channel.next()));
  }
  while (channel.length > 0) ids.push(idOf(await channel.next()));
  expect(ids).toEqual(Array.from({ length: 210 }, (_, index) => String(index + 1)));
});

test("several next() that wait get the events in their order", async () => {
  const { channel, fill } = make();
  const waiting = [channel.next(), channel.next(), channel.next()];
  fill(1);
  fill(2);
  expect((await Promise.all(waiting)).map(idOf)).toEqual(["1", "2", "3"]);
});

test("an event that a next() waits for, but was not woken for yet, is taken away by a discard", async () => {
  const { channel } = make();
  const waiting = channel.next();
  channel.push(event(1));
  channel.discard({});
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(channel.discarded).toBe(true);
});

test("events that a handler changed after they were counted leave no size behind", async () => {
  const { channel } = make(100, 10);
  const changed = event(1, "xxxxxxxxxxxx");
  channel.push(changed);
  changed.data = "";
  await channel.next();
  expect([channel.length, channel.full]).toEqual([0, false]);
});

test("dropOldest makes room and says how much it dropped", async () => {
  const { channel, fill } = make(4);
  fill(10);
  expect(channel.dropOldest()).toBe(7);
  expect(idOf(await channel.next())).toBe("8");
});

describe("the end", () => {
  test("comes after what is unread; the owner is asked before an item of the rest is taken", async () => {
    const { channel, calls, fill } = make();
    fill(2);
    channel.end({});
    fill(1);
    expect(calls).toEqual([]);
    expect([idOf(await channel.next()), calls]).toEqual(["1", ["rest"]]);
    expect([idOf(await channel.next()), calls]).toEqual(["2", ["rest", "rest"]]);
    expect(await channel.next()).toEqual({ done: true, value: undefined });
    expect(await channel.takeAll()).toEqual({ done: true, value: undefined });
  });

  test("an error is handed over once", async () => {
    const { channel, fill } = make();
    fill(1);
    channel.end({ error: "broken" });
    await channel.takeAll();
    expect(await rejection(channel.next())).toBe("broken");
    expect(await channel.next()).toEqual({ done: true, value: undefined });
  });

  test("a discard after an end drops what is unread, and counts", async () => {
    const { channel, fill } = make();
    fill(2);
    channel.end({ error: "broken" });
    channel.discard({});
    expect([channel.length, channel.discarded]).toEqual([0, true]);
    expect(await channel.next()).toEqual({ done: true, value: undefined });
  });
});

test("an event that was taken is not kept, also where its consumer had waited for it", async () => {
  const { channel, taken: takenIds, fill } = make();
  const waited = referenceTo(channel.next());
  fill(2);
  const taken = [await waited, await referenceTo(channel.next())];
  await vi.waitFor(() => {
    gc();
    expect(taken.filter((reference) => reference.deref() !== undefined)).toEqual([]);
  });
  expect(takenIds).toEqual(["1", "2"]);
});

/** In a function of its own, so that nothing here keeps the event. */
async function referenceTo(result: Promise<IteratorResult<SseEvent, undefined>>): Promise<WeakRef<SseEvent>> {
  const { value } = await result;
  return new WeakRef(value ?? expect.unreachable());
}
