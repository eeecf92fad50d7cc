import { expect, test } from "vitest";
import type { RecordedAttempt } from "../../src/recording/attempts.js";
import { Timeline } from "../../src/serve/timeline.js";

const attempt = (...chunks: string[]): RecordedAttempt => ({
  t: 0,
  lastEventId: "",
  response: { t: 1, status: 200, headers: {} },
  chunks: chunks.map((text, index) => ({ t: index, bytes: Buffer.from(text) })),
});
const refusal = (status: number): RecordedAttempt => ({
  t: 0,
  lastEventId: "",
  response: { t: 1, status, headers: {} },
  chunks: [],
});
const event = (id: string): string => `id: ${id}\ndata: ${id}\n\n`;

/** The segments for `id`, each as "attempt:chunk:offset". */
function segments(attempts: RecordedAttempt[], id: string): string[] {
  return new Timeline({ attempts }).after(id).map(({ index, from }) => `${index}:${from.chunk}:${from.offset}`);
}

test("a client without an id begins at the beginning, after the refusals that were recorded there", () => {
  expect(segments([refusal(503), attempt(event("1")), attempt(event("2"))], "")).toEqual(["0:0:0", "1:0:0"]);
});

test("it goes on at the byte after the event, also inside a chunk", () => {
  const attempts = [attempt(`${event("1")}${event("2")}`, event("3"))];
  expect(segments(attempts, "1")).toEqual(["0:0:15"]);
  expect(segments(attempts, "2")).toEqual(["0:0:30"]);
});

test("after the last event of a connection it goes on with the next one, after one pass of those between", () => {
  const attempts = [attempt(event("1"), ": bye\n\nda"), refusal(429), attempt(": nothing\n\n"), attempt(event("2"))];
  expect(segments(attempts, "1")).toEqual(["1:0:0", "2:0:0", "3:0:0"]);
});

test("at the end there is nothing more", () => {
  expect(segments([attempt(event("1"))], "1")).toEqual([]);
  expect(segments([], "")).toEqual([]);
});

test("an event that was recorded twice leads on, and not round in a circle", () => {
  const attempts = [attempt(event("1"), event("2")), attempt(event("1"), event("2")), attempt(event("3"))];
  expect(segments(attempts, "2")).toEqual(["1:0:0", "2:0:0"]);
});

test("events without an id belong to the one before", () => {
  const attempts = [attempt(event("1"), "data: a\n\n", "data: b\n\n", event("2"))];
  expect(segments(attempts, "1")).toEqual(["0:2:9"]);
});

test("neither redirects nor a 204 are connections", () => {
  expect(segments([refusal(307), attempt(event("1")), refusal(204)], "")).toEqual(["0:0:0"]);
  expect(segments([attempt("data: a\n\n"), refusal(204)], "")).toEqual(["0:0:0"]);
});
