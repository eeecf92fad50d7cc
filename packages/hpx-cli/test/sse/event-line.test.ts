import { expect, test } from "vitest";
import { eventLine } from "../../src/sse/event-line.js";

const event = { event: "e", data: "", id: "1", kind: "data" } as const;

test.each([
  ['{"id":12345678901234567890,"p":1.50}', '{"id":12345678901234567890,"p":1.50}'],
  ["[1,\n2]", "[1, 2]"],
  [" 42 ", "42"],
])("--parse adds the JSON of %j as it was written", (data, json) => {
  expect(eventLine({ ...event, data }, { parse: true })).toBe(
    `{"event":"e","data":${JSON.stringify(data)},"id":"1","json":${json}}`,
  );
});

test("--parse adds nothing where the data is no JSON", () => {
  expect(eventLine({ ...event, data: "{" }, { parse: true })).toBe('{"event":"e","data":"{","id":"1"}');
});

test("--time adds when it was read", () => {
  const { time } = JSON.parse(eventLine(event, { time: true })) as { time: string };
  expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000);
});
