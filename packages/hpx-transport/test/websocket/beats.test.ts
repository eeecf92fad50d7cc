import { expect, test } from "vitest";
import { BeatClock, type Beating } from "../../src/websocket/link/beats.js";
import { eventually } from "./support.js";

const INTERVAL = 15;

/** Is due again after each time, until it is removed. */
class Counting implements Beating {
  clock: BeatClock | undefined;
  due = 0;
  previous: Beating | undefined;
  next: Beating | undefined;
  beats = 0;

  beat(): void {
    this.beats += 1;
    BeatClock.add(INTERVAL, this);
  }
}

test.each([
  ["the first", [0]],
  ["the last", [9]],
  ["those in the middle", [3, 4, 7]],
  ["all but one", [0, 1, 2, 3, 4, 6, 7, 8, 9]],
])("after %s of a clock's list has gone, the others go on, and it does not", async (_, gone) => {
  const all = Array.from({ length: 10 }, () => new Counting());
  for (const each of all) BeatClock.add(INTERVAL, each);
  for (const index of gone) all[index]?.clock?.remove(all[index]);
  const left = all.filter((_each, index) => !gone.includes(index));
  await eventually("three beats of each", () => left.every(({ beats }) => beats >= 3));
  expect(gone.map((index) => all[index]?.beats)).toEqual(gone.map(() => 0));
  for (const each of left) each.clock?.remove(each);
  expect(all.map(({ clock, previous, next }) => [clock, previous, next])).toEqual(
    all.map(() => [undefined, undefined, undefined]),
  );
});

test("one that throws does not stop the clock", async () => {
  const failures: unknown[] = [];
  const onError = (error: unknown): void => void failures.push(error);
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", onError);
  const broken = new Counting();
  const other = new Counting();
  broken.beat = () => {
    throw new Error("broken");
  };
  BeatClock.add(INTERVAL, broken);
  BeatClock.add(INTERVAL, other);
  await eventually("beats of the other", () => other.beats >= 2);
  other.clock?.remove(other);
  process.off("uncaughtException", onError);
  for (const listener of listeners) process.on("uncaughtException", listener);
  expect(failures).toMatchObject([{ message: "broken" }]);
});
