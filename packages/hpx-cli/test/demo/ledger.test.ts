import { expect, test } from "vitest";
import { type Account, Ledger } from "../../src/demo/ledger.js";

const clean = { lost: 0, duplicated: 0, outOfOrder: 0, unknown: 0 };

test.each<[what: string, ids: readonly string[], lastIssued: number, account: Account]>([
  ["nothing was issued", [], 0, { ...clean, expected: 0, received: 0 }],
  ["everything came", ["1", "2", "3"], 3, { ...clean, expected: 3, received: 3 }],
  ["nothing came", [], 3, { ...clean, expected: 3, received: 0, lost: 3 }],
  ["the first is missing", ["2", "3"], 3, { ...clean, expected: 3, received: 2, lost: 1 }],
  ["one in the middle is missing", ["1", "3"], 3, { ...clean, expected: 3, received: 2, lost: 1 }],
  ["the tail is missing", ["1"], 3, { ...clean, expected: 3, received: 1, lost: 2 }],
  ["one came twice in a row", ["1", "2", "2", "3"], 3, { ...clean, expected: 3, received: 3, duplicated: 1 }],
  ["one came again later", ["1", "2", "3", "1"], 3, { ...clean, expected: 3, received: 3, duplicated: 1 }],
  ["one came three times", ["1", "1", "1"], 1, { ...clean, expected: 1, received: 1, duplicated: 2 }],
  ["two changed places", ["1", "3", "2", "4"], 4, { ...clean, expected: 4, received: 4, outOfOrder: 1 }],
  ["a duplicate hides no loss", ["1", "1", "3"], 3, { ...clean, expected: 3, received: 2, lost: 1, duplicated: 1 }],
  [
    "an id beyond the last one hides no loss",
    ["1", "9"],
    2,
    { ...clean, expected: 2, received: 1, lost: 1, unknown: 1 },
  ],
  ["ids that are none", ["", "x", "0", "-1", "1.5", "1"], 1, { ...clean, expected: 1, received: 1, unknown: 5 }],
])("%s", (_what, ids, lastIssued, account) => {
  const ledger = new Ledger();
  for (const id of ids) ledger.receive(id);
  expect(ledger.account(lastIssued)).toEqual(account);
});
