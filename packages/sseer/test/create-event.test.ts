import { EventParser, type ServerSentEvent } from "sseer";
import { expect, test } from "vitest";

test("createEvent makes the object that is delivered", () => {
  interface Own extends ServerSentEvent {
    kind: string;
  }
  const events: Own[] = [];
  const parser = new EventParser<Own>(
    { onEvent: (event) => events.push(event) },
    {
      createEvent: (event, data, id, retry) => ({
        kind: "data",
        event,
        data,
        id,
        ...(retry === undefined ? {} : { retry }),
      }),
    },
  );
  parser.push(new TextEncoder().encode("event: e\nid: 5\nretry: 1\ndata: x\n\ndata: y\n\n"));
  expect(events).toStrictEqual([
    { kind: "data", event: "e", data: "x", id: "5", retry: 1 },
    { kind: "data", event: "message", data: "y", id: "5" },
  ]);
});

test("a sink needs no more than onEvent", () => {
  const events: ServerSentEvent[] = [];
  const parser = new EventParser({ onEvent: (event) => events.push(event) });
  parser.push(new TextEncoder().encode(": c\nretry: 1\ndata: x\n\n"));
  expect(events).toEqual([{ event: "message", data: "x", id: "", retry: 1 }]);
});

test("callbacks are called as methods of the sink", () => {
  const sink = {
    seen: [] as string[],
    onEvent(event: ServerSentEvent) {
      this.seen.push(event.data);
    },
    onComment(text: string) {
      this.seen.push(text);
    },
    onRetry(milliseconds: number) {
      this.seen.push(String(milliseconds));
    },
  };
  new EventParser(sink).push(new TextEncoder().encode(": c\nretry: 1\ndata: x\n\n"));
  expect(sink.seen).toEqual(["c", "1", "x"]);
});

test("a sink without onEvent is refused", () => {
  expect(() => new EventParser({} as { onEvent(): void })).toThrow("sink.onEvent: needs a function");
});
