import { expect, test } from "vitest";
import { cell, columnsOf, cut, fit, printable, wrap } from "../src/text.js";

const family = "👨\u200D👩\u200D👧\u200D👦";

test.each([
  ["", 0],
  ["a", 1],
  ["漢字", 4],
  ["ꥠ한", 4],
  ["e\u0301", 1],
  ["😀", 2],
  ["👍🏽", 2],
  ["🇩🇪", 2],
  [family, 2],
])("%j takes %i columns", (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});

test.each([
  ["漢字漢字", 4, "漢…", "漢字"],
  ["漢字漢字", 3, "漢…", "漢"],
  [`${family}${family}x`, 4, `${family}…`, `${family}${family}`],
  [`${family}x`, 1, "…", ""],
  ["🇩🇪🇫🇷🇯🇵", 4, "🇩🇪…", "🇩🇪🇫🇷"],
  ["e\u0301e\u0301e\u0301", 2, "e\u0301…", "e\u0301e\u0301"],
  ["abc", 0, "", ""],
  ["abc", -1, "", ""],
])("%j in %i columns is %j, or without the ellipsis %j: no character is cut in two", (text, columns, short, start) => {
  expect([cut(text, columns), fit(text, columns)]).toEqual([short, start]);
});

test("text that fits is not changed", () => {
  for (const text of ["漢字", family, "🇩🇪", "e\u0301", "ab"]) expect(cut(text, columnsOf(text))).toBe(text);
});

test("a cell has exactly its columns", () => {
  for (const text of ["漢字", family.repeat(3), "🇩🇪a", "e\u0301", ""]) {
    for (let columns = 0; columns < 10; columns += 1) expect(columnsOf(cell(text, columns))).toBe(columns);
  }
});

test("text is wrapped between words", () => {
  expect(wrap(`one 漢字漢字 ${family} two`, 10)).toEqual(["one", `漢字漢字`, `${family} two`]);
});

test("printable text keeps a family together, and steers nothing", () => {
  expect(printable(`a\u001B[2J${family}\u202E\u2028b`)).toBe(`a [2J${family} b`);
});
