import { expect, test } from "vitest";
import { settle } from "../../src/commit/settle.js";
import type { Tail } from "../../src/log/log.js";

const at = (pos: number, changes: Partial<Tail> = {}): Tail => ({
  pos,
  source: "s",
  n: pos,
  event: "message",
  id: `${pos}`,
  after: 0,
  at: 0,
  hash: `h${pos}`,
  ...changes,
});
const known = at(7);

test.each([
  ["the last message has the append's tag", at(9, { tag: "a.1.1.0" }), { kind: "committed", pos: 9 }],
  ["the last message is the one that was expected", at(7), { kind: "again" }],
  ["it is that one, written by another owner", at(7, { tag: "b.1.1.0" }), { kind: "again" }],
  ["the last message is an earlier one", at(6), { kind: "rewound", tail: at(6) }],
  ["there is no message", undefined, { kind: "rewound", tail: undefined }],
  ["the expected position has another number", at(7, { n: 6 }), { kind: "rewound", tail: at(7, { n: 6 }) }],
  ["the expected position has another id", at(7, { id: "x" }), { kind: "rewound", tail: at(7, { id: "x" }) }],
  ["the expected position has other data", at(7, { hash: "x" }), { kind: "rewound", tail: at(7, { hash: "x" }) }],
  ["the expected position has another place", at(7, { after: 1 }), { kind: "rewound", tail: at(7, { after: 1 }) }],
  [
    "the last message is a later one of another owner",
    at(8, { tag: "b.1.1.0" }),
    { kind: "fenced", tail: at(8, { tag: "b.1.1.0" }) },
  ],
  ["the last message is a later one without a tag", at(8), { kind: "fenced", tail: at(8) }],
])("an append after position 7, when %s", (_, tail, settlement) => {
  expect(settle({ expected: 7, tag: "a.1.1.0", known }, tail)).toEqual(settlement);
});

test.each([
  ["there is none yet", undefined, { kind: "again" }],
  ["another owner was first", at(1, { tag: "b.1.1.0" }), { kind: "fenced", tail: at(1, { tag: "b.1.1.0" }) }],
  ["the last message has the append's tag", at(1, { tag: "a.1.1.0" }), { kind: "committed", pos: 1 }],
])("the first append of a source, when %s", (_, tail, settlement) => {
  expect(settle({ expected: 0, tag: "a.1.1.0", known: undefined }, tail)).toEqual(settlement);
});
