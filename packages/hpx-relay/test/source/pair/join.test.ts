import { expect, test } from "vitest";
import { join, overlap } from "../../../src/source/pair/join.js";

const letters = (text: string): string[] => text.split("");

test.each([
  ["the log's end was heard in the middle", "xxabcdefghyz", "abcdefgh", 10],
  ["it was heard last", "abcdefgh", "abcdefgh", 8],
  ["the log has more than a window", "cdefghijk", "abcdefghij", 8],
  ["the log has less than a window", "xxabcyz", "abc", 5],
  ["the log is empty", "abc", "", 0],
  ["the hearer began within the window", "efghyz", "abcdefgh", 4],
  ["it began too late: too few agree", "ghyz", "abcdefgh", undefined],
  ["the end of a window in the middle is no window", "xxfghyz", "abcdefgh", undefined],
  ["all of a window but its first event is none either", "xxxbcdefghyz", "abcdefgh", undefined],
  ["another event is between", "abcdXefgh", "abcdefgh", undefined],
  ["the end was never heard", "ijklmnopq", "abcdefgh", undefined],
  ["nothing was heard", "", "abcdefgh", undefined],
])("%s: %s after %s", (_, heard, logged, expected) => {
  expect(join(letters(heard), letters(logged))).toBe(expected);
});

test("of several places the first one counts that is not before what is known to be in the log", () => {
  const heard = letters("abcabcabcabc");
  expect(join(heard, letters("abc"))).toBe(3);
  expect(join(heard, letters("abc"), 4)).toBe(6);
});

test("too few events to join are the last ones of the log, as far as their content says", () => {
  expect(overlap(letters("xy"), letters("abcdefgh"))).toBe(0);
  expect(overlap(letters("hi"), letters("abcdefgh"))).toBe(1);
  expect(overlap(letters("ghi"), letters("abcdefgh"))).toBe(2);
  expect(overlap(letters("hij"), letters("h"))).toBe(1);
  expect(overlap([], letters("h"))).toBe(0);
});
