import { SseConnection } from "hpx-transport/sse";
import { MockSseServer } from "hpx-transport/testing";
import { describe, expect, test } from "vitest";
import { Ledger } from "../../chaos/ledger.js";
import { type Figures, failuresOf, verdictLine } from "../../chaos/verdict.js";

function filled(count: number): Ledger {
  const ledger = new Ledger();
  for (let n = 1; n <= count; n += 1) ledger.published(String(n), `data ${n}`);
  return ledger;
}

function figuresOf(ledger: Ledger, rest: Partial<Figures> = {}): Figures {
  const quiet = { fired: {}, connects: 1, busiestSecond: 1, samples: [], context: [], violations: [], seed: 7 };
  return { ledgers: [ledger.counts], missing: ledger.missing, ...quiet, ...rest };
}

describe("the ledger", () => {
  test("is content with every event once, in order", () => {
    const ledger = filled(3);
    for (const n of [1, 2, 3]) expect(ledger.received(String(n), `data ${n}`)).toBeUndefined();
    expect(ledger.missing).toBe(0);
    expect(ledger.counts).toEqual({ received: 3, lost: 0, duplicated: 0, corrupted: 0 });
  });

  test("tells what was passed over, and goes on behind it", () => {
    const ledger = filled(5);
    expect(ledger.received("3", "data 3")).toBe("2 events before 3 are lost");
    expect(ledger.received("2", "data 2")).toBe("event 2 came again");
    expect(ledger.received("4", "data 4")).toBeUndefined();
    expect(ledger.counts).toEqual({ received: 3, lost: 2, duplicated: 1, corrupted: 0 });
    expect(ledger.missing).toBe(1);
  });

  test("tells what was never sent, and what was changed", () => {
    const ledger = filled(1);
    expect(ledger.received("2", "data 2")).toBe('event "2" was never sent');
    expect(ledger.received("", "data 1")).toBe('event "" was never sent');
    expect(ledger.received("1", "dat")).toBe('event 1 is "dat", not "data 1"');
    expect(ledger.counts.corrupted).toBe(3);
  });
});

describe("the verdict", () => {
  const cases: [string, string[], string][] = [
    ["sends each event once", ["1", "2", "3"], "passed"],
    ["skips an id", ["1", "3"], "FAILED"],
    ["repeats an id", ["1", "2", "2", "3"], "FAILED"],
    ["leaves out the tail", ["1", "2"], "FAILED"],
    ["turns two around", ["2", "1", "3"], "FAILED"],
    ["sends one of its own", ["1", "2", "3", "4"], "FAILED"],
    ["sends nothing", [], "FAILED"],
  ];
  test.each(cases)("on a server that %s", async (_, ids, outcome) => {
    await using server = await MockSseServer.start();
    server.reply({ body: ids.map((id) => ({ event: { id, data: `data ${id}` } })) });
    const ledger = filled(3);
    for await (const { id, data } of SseConnection.open({ url: server.url, reconnect: false })) {
      ledger.received(id, data);
    }
    expect(verdictLine(figuresOf(ledger))).toMatch(
      new RegExp(`^chaos: received ${ids.length}, .* seed 7: ${outcome}$`),
    );
  });

  test("fails for a fault that hardly ever happened, and for anything else that went wrong", () => {
    const ledger = filled(1);
    ledger.received("1", "data 1");
    expect(failuresOf(figuresOf(ledger, { fired: { cut: 10 } }))).toEqual([]);
    expect(failuresOf(figuresOf(ledger, { fired: { cut: 10, stall: 9 } }))).toEqual([
      "stall happened 9 times: fewer than 10",
    ]);
    expect(failuresOf(figuresOf(ledger, { violations: ["a socket is left"] }))).toEqual(["a socket is left"]);
  });
});
