import { expect, test } from "vitest";
import { Turns } from "../../src/source/turns.js";

test("one piece of work runs at a time, in the order of the calls, also after one that failed", async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const work = (name: string) => async (): Promise<string> => {
    seen.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(`${name} ends`);
    if (name === "b") throw new Error("b failed");
    return name;
  };
  const all = ["a", "b", "c"].map((name) => turns.take(work(name)));
  const results = await Promise.allSettled(all);
  expect(results.map((each) => (each.status === "fulfilled" ? each.value : String(each.reason)))).toEqual([
    "a",
    "Error: b failed",
    "c",
  ]);
  expect(seen).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  expect(await turns.take(work("d"))).toBe("d");
});
