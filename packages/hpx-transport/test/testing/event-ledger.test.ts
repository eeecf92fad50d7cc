import { SseConnection } from "hpx-transport/sse";
import { EventLedger, type EventLedgerCounts, MockSseServer } from "hpx-transport/testing";
import { describe, expect, test } from "vitest";

const clean: EventLedgerCounts = {
  sent: 3,
  received: 3,
  pending: 0,
  lost: 0,
  duplicated: 0,
  outOfOrder: 0,
  corrupted: 0,
  unknown: 0,
};

/** A ledger of a server that sent the ids 1 to 3. */
function filled(): EventLedger {
  const ledger = new EventLedger();
  for (const id of ["1", "2", "3"]) ledger.sent(id, `data ${id}`);
  return ledger;
}

test.each<[what: string, ids: readonly string[], counts: Partial<EventLedgerCounts>]>([
  ["everything came", ["1", "2", "3"], {}],
  ["nothing came", [], { received: 0, pending: 3 }],
  ["the first is missing", ["2", "3"], { received: 2, lost: 1 }],
  ["one in the middle is missing", ["1", "3"], { received: 2, lost: 1 }],
  ["the last ones are missing", ["1"], { received: 1, pending: 2 }],
  ["one came twice in a row", ["1", "2", "2", "3"], { duplicated: 1 }],
  ["one came again later", ["1", "2", "3", "1"], { duplicated: 1 }],
  ["one came three times", ["1", "1", "1", "2", "3"], { duplicated: 2 }],
  ["two changed places", ["1", "3", "2"], { outOfOrder: 1 }],
  ["one came late, and again", ["1", "3", "2", "2"], { outOfOrder: 1, duplicated: 1 }],
  ["a duplicate hides no loss", ["1", "1", "3"], { received: 2, lost: 1, duplicated: 1 }],
  ["an unknown id hides no loss", ["1", "4"], { received: 1, pending: 2, unknown: 1 }],
  ["ids that no event has", ["", "x", "01"], { received: 0, pending: 3, unknown: 3 }],
])("the counts when %s", (_what, ids, counts) => {
  const ledger = filled();
  for (const id of ids) ledger.received(id);
  expect(ledger.counts).toEqual({ ...clean, ...counts });
});

describe("received() returns", () => {
  test("nothing for the next event, unchanged", () => {
    const ledger = filled();
    for (const id of ["1", "2", "3"]) expect(ledger.received(id, `data ${id}`)).toBeUndefined();
  });

  test("what is wrong with any other event", () => {
    const ledger = filled();
    expect(ledger.received("3", "data 3")).toBe('2 events before "3" are lost');
    expect(ledger.received("3", "data 3")).toBe('event "3" came again');
    expect(ledger.received("2", "data 2")).toBe('event "2" came after a later one');
    expect(ledger.received("4", "data 4")).toBe('event "4" was never sent');
    expect(ledger.received("1", "dat")).toBe('event "1" has the data "dat", sent was "data 1"');
    expect(ledger.counts).toEqual({ ...clean, duplicated: 1, outOfOrder: 2, corrupted: 1, unknown: 1 });
  });
});

test("an id that is sent twice is refused, also after the event was received", () => {
  const ledger = filled();
  expect(() => ledger.sent("2")).toThrow(/^the id "2" was sent before; /);
  ledger.received("2");
  for (const id of ["1", "2"]) expect(() => ledger.sent(id)).toThrow(TypeError);
});

test("memory is bounded: of very many received events the newest are remembered", () => {
  const ledger = new EventLedger();
  for (let id = 1; id <= 100_000; id += 1) {
    ledger.sent(String(id));
    ledger.received(String(id));
  }
  expect(ledger.received("50001")).toBe('event "50001" came again');
  expect(ledger.received("1")).toBe('event "1" was never sent');
});

test("it counts what a connection loses and doubles", async () => {
  await using server = await MockSseServer.start();
  const ledger = filled();
  server.reply({ body: ["1", "3", "3"].map((id) => ({ event: { id, data: `data ${id}` } })) });
  for await (const { id, data } of SseConnection.open({ url: server.url, reconnect: false })) ledger.received(id, data);
  expect(ledger.counts).toEqual({ ...clean, received: 2, lost: 1, duplicated: 1 });
});
