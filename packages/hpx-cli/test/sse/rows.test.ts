import pc from "picocolors";
import { expect, test } from "vitest";
import { EventRows } from "../../src/view/event-row.js";
import { pretty } from "../../src/view/pretty.js";
import { columnsOf } from "../../src/text.js";

const plain = pc.createColors(false);
const colors = pc.createColors(true);

test.each([
  ['{"a":1,"b":[true,null]}', '{"a": 1, "b": [true, null]}'],
  ['{ "a" :\n "x, y: z" }', '{"a": "x, y: z"}'],
  ["plain, text: {", "plain, text: {"],
  ["{no json,really}", "{no json,really}"],
  ["two\nlines", "two ⏎ lines"],
])("%j is shown as %j", (data, expected) => {
  expect(pretty(data, 80, plain)).toBe(expected);
});

test("numbers are shown as they were sent", () => {
  expect(pretty('{"id":12345678901234567890,"p":1.50}', 80, plain)).toBe('{"id": 12345678901234567890, "p": 1.50}');
});

test.each([
  '{"text":"漢字漢字漢字","more":[1,2,3,{"deep":"e\u0301e\u0301"}]}',
  "漢字 text 漢字漢字漢字 and more and more",
  "[1,2,3]",
  '{"family":"👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦","flags":"🇩🇪🇫🇷🇯🇵"}',
])("%j takes no more than the columns there are, and all of them where it is cut", (data) => {
  const whole = columnsOf(pretty(data, 1000, plain));
  for (let columns = 0; columns < 80; columns += 1) {
    const line = pretty(data, columns, plain);
    expect(columnsOf(line)).toBeLessThanOrEqual(columns);
    if (columns > 0 && columns < whole) {
      expect(line.endsWith("…")).toBe(true);
      expect(columnsOf(line)).toBeGreaterThanOrEqual(columns - 1);
    } else if (columns >= whole) expect(line).not.toContain("…");
  }
});

test("nothing in an event steers the terminal", () => {
  const data = '{"a\u001B[2J":"\u001B]0;t\u0007\u009B1m","b":"\u202Eabc\r"}';
  const valid = '{"\u009B2J":"\u202Eabc\u2028"}';
  for (const text of [data, valid]) {
    expect(pretty(text, 200, plain)).not.toMatch(/[\p{Cc}\u202E]/u);
  }
  const row = new EventRows(plain).row({ event: "e\u001B[1m", data: "" }, new Date(), 80);
  expect(row).not.toMatch(/\p{Cc}/u);
});

test("keys, strings and numbers have colours of their own", () => {
  expect(pretty('{"a":"b"}', 80, colors)).toContain(`${colors.cyan('"a"')}${colors.dim(": ")}${colors.green('"b"')}`);
  expect(pretty("[1,null]", 80, colors)).toContain(`${colors.yellow("1")}${colors.dim(", ")}${colors.magenta("null")}`);
});

test("a row fits at any width, and a narrow one does without the time", () => {
  const rows = new EventRows(plain);
  const event = {
    event: "a-name-that-is-rather-long",
    data: '{"a":"漢字漢字漢字漢字漢字漢字漢字漢字"}',
    id: "",
    kind: "data",
  } as const;
  for (let columns = 1; columns < 120; columns += 1) {
    expect(columnsOf(rows.row(event, new Date(), columns))).toBeLessThanOrEqual(columns);
  }
  expect(rows.row(event, new Date(2020, 1, 1, 3, 4, 5, 6), 100)).toMatch(/^03:04:05\.006 {2}a-name/);
  expect(rows.row(event, new Date(), 40)).toMatch(/^a-name/);
});
