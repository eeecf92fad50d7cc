import { expect, test } from "vitest";
import { judge } from "../run/verdict.js";

const passed = (name: string): string => JSON.stringify({ check: name, ok: true });
const done = (count: number): string => JSON.stringify({ done: count });

test("a whole report in which every check passed has no failure", () => {
  expect(judge([passed("a"), passed("b"), done(2)], undefined)).toEqual({ passed: 2, failures: [] });
});

test("a check that failed is a failure, with its reason", () => {
  const failed = JSON.stringify({ check: "a", ok: false, error: "why" });
  expect(judge([failed, passed("b"), done(2)], undefined)).toEqual({ passed: 1, failures: ["a\nwhy"] });
});

test.each([
  ["that is empty", [], "the report broke off after 0 checks"],
  ["that breaks off", [passed("a")], "the report broke off after 1 checks"],
  ["of no check", [done(0)], "the report has 0 checks of 0"],
  ["that misses a check", [passed("a"), done(2)], "the report has 1 checks of 2"],
  ["with other lines", ["Segmentation fault", done(1)], "a line that is no report: Segmentation fault"],
])("a report %s is a failure", (_what, lines, failure) => {
  expect(judge(lines, undefined).failures).toEqual([failure]);
});

test("a runtime that failed is a failure, also after a whole report", () => {
  const { failures } = judge([passed("a"), done(1)], new Error("spawn deno ENOENT"));
  expect(failures).toEqual(["the runtime: spawn deno ENOENT"]);
});
