import { expect, test } from "vitest";
import { GenericSseHandler, type SseEvent, type SseMessageKind } from "../../src/sse/index.js";

const handler = new GenericSseHandler();

test.each<[data: string, kind: SseMessageKind]>([
  ["payload", "data"],
  [" ", "data"],
  ["\n", "data"],
  ["", "system"],
])("data %o is of the kind %s, whatever its type", (data, kind) => {
  for (const event of ["message", "trade", "retry"]) expect(handler.classifyEvent({ event, data, id: "" })).toBe(kind);
});

test("an event is the standard's event with a kind", () => {
  const event: SseEvent = { event: "message", data: "a", id: "1", kind: "data" };
  const kinds: SseMessageKind[] = ["data", "system", "retry", "unknown"];
  expect(kinds.map((kind) => ({ ...event, kind }))).toHaveLength(4);
});
