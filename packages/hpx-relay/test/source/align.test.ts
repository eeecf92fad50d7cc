import { hashOf } from "hpx-relay";
import { describe, expect, test } from "vitest";
import { Aligner } from "../../src/source/align/align.js";
import type { Arrived } from "../../src/source/feed.js";
import { noMemory } from "../../src/source/align/memory.js";
import { beginning } from "../../src/source/position.js";
import { Ring } from "../../src/source/align/ring.js";

/**
 * `5` is an event with the id 5, `5:x` one with the data x, `-:x` one without an id of its own. `|` connects before it; after
 * `|?` it is not known whether the id is its own.
 */
function read(line: string, lastId = ""): Arrived[] {
  let id = lastId;
  return line.split(" ").map((word) => {
    const connected = word.startsWith("|");
    const lost = /^\|?!(\d+)!/.exec(word)?.[1];
    const isKnown = !word.startsWith("|?");
    const [own = "", data = `event ${own}`] = word
      .replace(/^\|\??/, "")
      .replace(/!\d+!/, "")
      .split(":");
    const hasOwnId = own !== "-";
    if (hasOwnId) id = own;
    const before = { connected, ...(isKnown && { hasOwnId }), ...(lost !== undefined && { lost: Number(lost) }) };
    return { event: "message", id, data, ...((connected || lost !== undefined) && { before }) };
  });
}

/** Messages in the same way: a marker as `<kind facts>`, and the event's place after its id. */
function write(aligner: Aligner, line: string, lastId = aligner.position.id): string {
  const messages = read(line, lastId).flatMap((arrived) => aligner.accept(arrived, 0));
  return messages
    .map(({ kind, facts, id, after, data }) =>
      kind !== undefined
        ? `<${kind} ${facts}>`
        : after > 0
          ? `${id}+${after}:${Buffer.from(data).toString()}`
          : id || `:${Buffer.from(data).toString()}`,
    )
    .join(" ");
}

const anew = (options = { numeric: false }): Aligner => new Aligner(beginning(""), noMemory(), options);

/** An aligner whose log ends with these events. */
function logEndingWith(line: string, options = { numeric: false }): Aligner {
  const aligner = anew(options);
  write(aligner, line);
  return aligner;
}

describe("a source that resumes", () => {
  test("the first events are all new, also those without ids before them", () => {
    expect(write(anew(), "|-:x -:y 1 2 -:a -:b 3")).toBe(":x :y 1 2 2+1:a 2+2:b 3");
  });

  test("after a reconnect the next event follows", () => {
    expect(write(logEndingWith("|1 2 3"), "|4 5")).toBe("4 5");
  });

  test("events that followed the last id and come again are dropped, and those after them are not", () => {
    const aligner = logEndingWith("|1 2 -:a -:b");
    expect(write(aligner, "|-:a -:b -:c 3")).toBe("2+3:c 3");
    expect(aligner.duplicates).toBe(2);
  });

  test("the same data twice is two events", () => {
    expect(write(logEndingWith("|1 -:tick"), "-:tick -:tick")).toBe("1+2:tick 1+3:tick");
    expect(write(logEndingWith("|1 -:tick -:tick"), "|-:tick -:tick -:tick")).toBe("1+3:tick");
  });

  test("other events without ids than before are new, from the first on", () => {
    expect(write(logEndingWith("|2 -:a -:b"), "|-:x -:y 3")).toBe("2+3:x 2+4:y 3");
  });

  test("where fewer come again than there were, none was recognised by the last of them, and they are new", () => {
    expect(write(logEndingWith("|2 -:a -:b"), "|-:a 3")).toBe("2+3:a 3");
  });

  test("a trail of which only the last hash is known is recognised by it", () => {
    const position = { n: 3, id: "2", after: 2, hash: hashOf("message", Buffer.from("b")) };
    const aligner = new Aligner(position, noMemory(), { numeric: false });
    expect(write(aligner, "|-:a -:b -:c")).toBe("2+3:c");
  });

  test("ids that stay the same within one connection are events after that id", () => {
    expect(write(logEndingWith("|7:a 7:b"), "7:c")).toBe("7+2:c");
  });
});

describe("a source that gives one id to several events", () => {
  test.each([
    ["the rest of them", "7:b 7:c 7:d 8", "7+3:d 8"],
    ["all of them", "7:a 7:b 7:c 7:d 8", "7+3:d 8"],
    ["earlier ones as well", "6 7:a 7:b 7:c 7:d 8", "7+3:d 8"],
  ])("sends %s again after a reconnect: those that are in the log are dropped", (_, again, expected) => {
    expect(write(logEndingWith("|6 7:a 7:b 7:c"), `|${again}`)).toBe(expected);
  });

  test("a reconnect between two of them: the second is new, and no new beginning", () => {
    expect(write(logEndingWith("|6 7:a"), "|7:b 7:c 8")).toBe("7+1:b 7+2:c 8");
  });

  test("a loss that the server tells between two of them", () => {
    expect(write(logEndingWith("|6 7:a"), "!2!7:b 8")).toBe('<gap {"lost":2,"found":"server"}> 7+1:b 8');
  });
});

describe("a source that sends events again", () => {
  test.each([
    ["from the last one on", "|3 4 5", "4 5"],
    ["from the beginning", "|1 2 3 4", "4"],
    ["with some that the log never had before them", "|0 1 2 3 4", "0 4"],
  ])("%s: those that are in the log are dropped", (_, again, expected) => {
    expect(write(logEndingWith("|1 2 3"), again)).toBe(expected);
  });

  test("events without ids among them are dropped with their id, and recognised after the last one", () => {
    expect(write(logEndingWith("|1 -:a 2 -:b -:c"), "|1 -:a 2 -:b -:c -:d 3")).toBe("2+3:d 3");
  });

  test("a break among events that come again: what follows an id that came again is in the log, with an id or without", () => {
    const aligner = logEndingWith("|1 -:a -:b 2 -:c");
    expect(write(aligner, "|1 -:a")).toBe("");
    expect(write(aligner, "|-:b 2 -:c -:d", "1")).toBe("2+2:d");
    expect(aligner.duplicates).toBe(5);
  });

  test.each([
    ["an id of its own, which the log has", "|1", "|?2 3 -:x 4", "4"],
    ["an id of its own, the last one of the log", "|1", "|?3 4", "4"],
    ["the id before, right after events that flowed", "", "|?-:x -:y 4", "3+2:y 4"],
    ["the id before, with what followed it", "|1 2 3", "|?-:x -:y 4", "3+2:y 4"],
  ])(
    "where nothing says whether the first id after a break is new, the id before the break tells: %s",
    (_, first, second, expected) => {
      const aligner = logEndingWith("|1 2 3 -:x");
      if (first !== "") write(aligner, first);
      expect(write(aligner, second, first.at(-1) ?? "3")).toBe(expected);
    },
  );

  test("an id that comes again on the same connection is no repetition", () => {
    expect(write(logEndingWith("|1 2 3"), "1:x 2:y")).toBe("1 2");
  });

  test("only ids of events that were written are known", () => {
    expect(write(logEndingWith("|1 2"), "|2 3 4")).toBe("3 4");
  });

  test("an id with another content is not the same event: the source began anew", () => {
    expect(write(logEndingWith("|1 2 3"), "|1:other 2:other 3:other")).toBe('<reset {"id":"3","began":"1"}> 1 2 3');
  });
});

describe("ids that count", () => {
  const numeric = { numeric: true };

  test.each([
    ["on one connection", "6 7", '<gap {"lost":2,"found":"ids"}> 6 7'],
    ["after a reconnect", "|6 7", '<gap {"lost":2,"found":"ids"}> 6 7'],
  ])("a hole %s is a gap with its size", (_, line, expected) => {
    const aligner = logEndingWith("|1 2 3", numeric);
    expect(write(aligner, line)).toBe(expected);
    expect(aligner.gaps).toBe(1);
  });

  test("no number is no hole", () => {
    expect(write(logEndingWith("|1 2", numeric), "x 5")).toBe("x 5");
  });

  test("numbers beyond 2^53 are compared as they are", () => {
    expect(write(logEndingWith("|9007199254740993", numeric), "9007199254740994 9007199254740996")).toBe(
      '9007199254740994 <gap {"lost":1,"found":"ids"}> 9007199254740996',
    );
  });

  test("older events than the log has are dropped where the source then comes to those that it has", () => {
    const aligner = logEndingWith("|10 11 12", numeric);
    expect(write(aligner, "|7 8 9 10 11 12 13")).toBe("13");
    expect(aligner.duplicates).toBe(6);
  });

  test("older numbers that none of the log follows are new events: the source began anew", () => {
    expect(write(logEndingWith("|10 11 12", numeric), "|5 6 10:other 11:other")).toBe(
      '<reset {"id":"12","began":"5"}> 5 6 <gap {"lost":3,"found":"ids"}> 10 11',
    );
  });

  test("older numbers are held until what follows tells whether they are new, also over a reconnect", () => {
    const aligner = logEndingWith("|10 11 12", numeric);
    expect(write(aligner, "|1 2 -:x |3 4")).toBe("");
    expect(aligner.isInDoubt).toBe(true);
    const messages = aligner.decide(0);
    expect(messages.map(({ kind, id, n }) => `${kind ?? id} ${n}`)).toEqual([
      "reset 3",
      "1 4",
      "2 5",
      "2 6",
      "3 7",
      "4 8",
    ]);
    expect(aligner.isInDoubt).toBe(false);
    expect(write(aligner, "5 |4 5 6")).toBe("5 6");
  });

  test("older numbers that come once more after a reconnect are held once", () => {
    const aligner = logEndingWith("|10 11 12", numeric);
    write(aligner, "|1 2 3 |2 3 4");
    expect(aligner.decide(0).map(({ kind, id }) => kind ?? id)).toEqual(["reset", "1", "2", "3", "4"]);
  });

  test("of more older numbers than are held it is known only how many they were", () => {
    const aligner = logEndingWith("|100001 100002", numeric);
    const older = Array.from({ length: 12_000 }, (_, index) => String(index + 1)).join(" ");
    expect(write(aligner, `|${older}`)).toBe("");
    expect(aligner.isInDoubt).toBe(false);
    expect(aligner.duplicates).toBe(12_000);
    expect(write(aligner, "100003")).toBe('<gap {"lost":12000,"found":"reset"}> 100003');
  });

  test("the last number with another content is a new beginning, and not a second event with it", () => {
    const aligner = logEndingWith("|1", numeric);
    expect(write(aligner, "|1:other")).toBe('<reset {"id":"1","began":"1"}> 1');
    expect(write(aligner, "|1:other 2 |1:other 2 3")).toBe("2 3");
  });

  test("a smaller number on the same connection is a new beginning", () => {
    expect(write(logEndingWith("|10 11", numeric), "1 2")).toBe('<reset {"id":"11","began":"1"}> 1 2');
  });
});

describe("the memory of what the log has", () => {
  const position = { n: 3, id: "3", after: 0, hash: hashOf("message", Buffer.from("event 3")) };
  const numeric = { numeric: true };
  const needs = (line: string, options = numeric): boolean =>
    new Aligner(position, undefined, options).needsMemory(read(line, "3"));

  test.each([
    ["ids that count and go on", "|4 5 6", numeric, false],
    ["ids that count, with a hole", "|4 6", numeric, true],
    ["an id that comes again", "|3 4", numeric, true],
    ["an event without an id of its own", "|-:x", numeric, true],
    ["ids that do not count", "|4 5", { numeric: false }, true],
    ["no connect before", "9", numeric, false],
  ])("after a connect, %s: %s", (_, line, options, expected) => {
    expect(needs(line, options)).toBe(expected);
  });

  test("it is needed for a while after a connect, and never twice", () => {
    const aligner = new Aligner(position, undefined, numeric);
    expect(write(aligner, "|4 5")).toBe("4 5");
    expect(aligner.needsMemory(read("6 7"))).toBe(false);
    expect(aligner.needsMemory(read("6 8"))).toBe(true);
    const ring = new Ring();
    for (const n of [1, 2, 3, 4, 5]) ring.add(String(n), hashOf("message", Buffer.from(`event ${n}`)));
    aligner.remember({ ring, trail: [] });
    expect(aligner.needsMemory(read("|2 3 4 5 6"))).toBe(false);
    expect(write(aligner, "|2 3 4 5 6")).toBe("6");
    expect(aligner.duplicates).toBe(4);
  });

  test("nothing that came before is needed where the log has nothing of the source, or no ids", () => {
    expect(anew().needsMemory(read("|1 2"))).toBe(false);
    expect(new Aligner({ ...position, id: "" }, undefined, numeric).needsMemory(read("|1 2"))).toBe(false);
  });

  test("a new beginning on the same connection: ids from before it are no repetition after the next connect", () => {
    const aligner = logEndingWith("|1 2 10 11", numeric);
    write(aligner, "5");
    expect(write(aligner, "|6 7 8 9 10 11 12")).toBe("6 7 8 9 10 11 12");
  });
});

describe("what is missing is marked", () => {
  test("a loss that the server tells", () => {
    expect(write(logEndingWith("|1 2"), "|!3!6 7")).toBe('<gap {"lost":3,"found":"server"}> 6 7');
  });

  test("each break of a source without ids", () => {
    const aligner = logEndingWith("|-:a -:b");
    expect(write(aligner, "|-:c -:d |-:e")).toBe(
      '<gap {"lost":"unknown","found":"no ids"}> :c :d <gap {"lost":"unknown","found":"no ids"}> :e',
    );
    expect(aligner.gaps).toBe(2);
  });

  test("a marker has the marks of the event before it", () => {
    const aligner = logEndingWith("|1 2 -:a");
    const marker = aligner.marker("cursor", {}, 9);
    expect(marker).toMatchObject({ ...aligner.position, n: 3, id: "2", after: 1, at: 9, kind: "cursor", facts: "{}" });
    expect(marker.data).toHaveLength(0);
  });
});

test("a ring remembers the last 10,000 ids, and none before them", () => {
  const ring = new Ring();
  const hash = (n: number): string => hashOf("message", Buffer.from(String(n)));
  for (let n = 1; n <= 25_000; n += 1) ring.add(`id ${n}`, hash(n));
  expect(ring.size).toBe(10_000);
  expect(ring.look("id 15000", hash(15_000))).toBe("new");
  expect(ring.look("id 15001", hash(15_001))).toBe("seen");
  expect(ring.look("id 25000", hash(1))).toBe("changed");
  ring.add("id 25001", hash(25_001));
  expect(ring.look("id 25001", hash(25_001))).toBe("seen");
});
