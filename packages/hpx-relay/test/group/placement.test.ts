import { expect, test } from "vitest";
import { type Candidate, place, ranked } from "../../src/group/placement.js";

const sources = new Map(Array.from({ length: 1000 }, (_, index) => [`source-${index}`, "f"]));
const member = (name: string, changes: Partial<Candidate> = {}): Candidate => ({
  name,
  weight: 1,
  maxSources: Number.MAX_SAFE_INTEGER,
  sources,
  ...changes,
});
const group = (count: number): Candidate[] =>
  Array.from({ length: count }, (_, index) => member(`relay-${index}.x${index}`));

function loads(placed: ReadonlyMap<string, string>): number[] {
  const counts = new Map<string, number>();
  for (const name of placed.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts.values()];
}

test.each([1, 2, 3, 5, 10])("%i members have about the same number of sources each", (count) => {
  const each = loads(place(sources, group(count)));
  expect(each).toHaveLength(count);
  for (const load of each) expect(Math.abs(load - 1000 / count)).toBeLessThan(4 * Math.sqrt(1000 / count) + 1);
});

test("every member computes the same placement, whatever the order in which it heard of the others", () => {
  const members = group(5);
  expect(place(sources, members)).toEqual(place(new Map([...sources].toReversed()), members.toReversed()));
});

test("a member that goes moves its own sources only, and to all others", () => {
  const before = place(sources, group(5));
  const after = place(sources, group(5).slice(1));
  const moved = [...sources.keys()].filter((source) => before.get(source) !== after.get(source));
  expect(new Set(moved.map((source) => before.get(source)))).toEqual(new Set(["relay-0.x0"]));
  expect(new Set(moved.map((source) => after.get(source))).size).toBe(4);
});

test("a member with three times the weight has three times the sources", () => {
  const placed = place(sources, [member("a", { weight: 3 }), member("b")]);
  const heavy = [...placed.values()].filter((name) => name === "a").length;
  expect(heavy).toBeGreaterThan(680);
  expect(heavy).toBeLessThan(820);
});

test("a member takes no more than maxSources, and the next in rank gets the rest; what fits nowhere is placed nowhere", () => {
  const members = [member("a", { maxSources: 10 }), member("b", { maxSources: 900 }), member("c", { maxSources: 20 })];
  const placed = place(sources, members);
  expect(loads(placed).toSorted((one, other) => one - other)).toEqual([10, 20, 900]);
  expect(placed.size).toBe(930);
});

test("a member ranks only for a source that it knows alike", () => {
  const other = new Map(sources).set("source-7", "other");
  expect(
    ranked("source-7", "f", [member("a"), member("b", { sources: other }), member("c", { sources: new Map() })]),
  ).toEqual(["a"]);
  expect(place(sources, [member("b", { sources: other })]).has("source-7")).toBe(false);
  expect(place(new Map(), group(2)).size).toBe(0);
});
