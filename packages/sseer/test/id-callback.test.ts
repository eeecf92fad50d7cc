import { EventParser } from "sseer";
import { expect, test } from "vitest";

const encoder = new TextEncoder();

/** The calls of the callbacks for `chunks`, in order; `onId` may use the parser. */
function logOf(chunks: readonly string[], onId: (parser: EventParser) => void = () => {}, lastEventId = ""): string[] {
  const log: string[] = [];
  const parser: EventParser = new EventParser(
    {
      onEvent: ({ id, data }) => log.push(`event ${id} ${data}`),
      onId: (id) => {
        log.push(`id ${id}`);
        onId(parser);
      },
    },
    { lastEventId },
  );
  for (const chunk of chunks) parser.push(encoder.encode(chunk));
  return log;
}

test("onId is called once a block with an id, before its event, also where the block has no data", () => {
  expect(logOf(["id: 1\ndata: a\n\ndata: b\n\nid: 2\n\n"])).toEqual(["id 1", "event 1 a", "event 1 b", "id 2"]);
});

test("onId is called for the id that the parser started with, when the server sends it", () => {
  expect(logOf(["data: a\n\n", "id: 7\ndata: b\n\n"], undefined, "7")).toEqual(["event 7 a", "id 7", "event 7 b"]);
  expect(logOf("id: 7\n\n".split(""), undefined, "7")).toEqual(["id 7"]);
});

test("onId is called for an id that clears, and for none with NUL", () => {
  expect(logOf(["id\n\nid: \0\n\n"], undefined, "7")).toEqual(["id "]);
});

test("onId may reset the parser: the event of its block is dropped with the rest", () => {
  for (const cuts of [["id: 1\ndata: a\n\ndata: b\n\n"], "id: 1\ndata: a\n\n".split(""), ["id: 1\ndata: a\n", "\n"]]) {
    expect(logOf(cuts, (parser) => parser.reset())).toEqual(["id 1"]);
  }
});
