import { expect, test } from "vitest";
import { type Evidence, judge } from "../../src/demo/verdict.js";

const account = { expected: 100, received: 100, lost: 0, duplicated: 0, outOfOrder: 0, unknown: 0 };
const good: Evidence = { account, reconnects: 3, p50: 0.4, p99: 12.345 };

test("nothing lost, nothing doubled, and just enough to say so", () => {
  expect(judge(good)).toEqual({
    line: "received 100, lost 0, duplicated 0, reconnects 3, latency p50 0.40 ms p99 12.35 ms",
    failures: [],
    exitCode: 0,
  });
});

test.each<[what: string, evidence: Evidence, line: string, failures: readonly string[]]>([
  [
    "a loss",
    { ...good, account: { ...account, expected: 101, lost: 1 } },
    "received 100, lost 1, duplicated 0, reconnects 3, latency p50 0.40 ms p99 12.35 ms",
    ["lost: 1 of 101 events"],
  ],
  [
    "a duplicate",
    { ...good, account: { ...account, duplicated: 1 } },
    "received 100, lost 0, duplicated 1, reconnects 3, latency p50 0.40 ms p99 12.35 ms",
    ["received more than once: 1"],
  ],
  [
    "a wrong order",
    { ...good, account: { ...account, outOfOrder: 2 } },
    "received 100, lost 0, duplicated 0, out of order 2, reconnects 3, latency p50 0.40 ms p99 12.35 ms",
    ["out of order: 2"],
  ],
  [
    "an id from nowhere",
    { ...good, account: { ...account, unknown: 1 } },
    "received 100, lost 0, duplicated 0, unknown 1, reconnects 3, latency p50 0.40 ms p99 12.35 ms",
    ["with an id that was never issued: 1"],
  ],
  [
    "too few events",
    { ...good, account: { ...account, expected: 99, received: 99 } },
    "received 99, lost 0, duplicated 0, reconnects 3, latency p50 0.40 ms p99 12.35 ms",
    ["too few events to judge: 99, it takes 100"],
  ],
  [
    "too few reconnects",
    { ...good, reconnects: 2 },
    "received 100, lost 0, duplicated 0, reconnects 2, latency p50 0.40 ms p99 12.35 ms",
    ["too few reconnects to judge: 2, it takes 3"],
  ],
  [
    "nothing at all",
    { account: { ...account, expected: 0, received: 0 }, reconnects: 0, p50: undefined, p99: undefined },
    "received 0, lost 0, duplicated 0, reconnects 0, latency p50 - ms p99 - ms",
    ["too few events to judge: 0, it takes 100", "too few reconnects to judge: 0, it takes 3"],
  ],
])("%s fails the run", (_what, evidence, line, failures) => {
  expect(judge(evidence)).toEqual({ line, failures, exitCode: 1 });
});
