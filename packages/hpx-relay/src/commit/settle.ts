import type { Append, Tail } from "../log/log.js";

/** What the owner of a source knows of the last message of the source. */
export type Known = Pick<Tail, "pos" | "n" | "id" | "after" | "hash">;

/** What became of an append whose answer was no plain success. */
export type Settlement =
  /** It is in the log. */
  | { readonly kind: "committed"; readonly pos: number }
  /** It is not in the log, and nothing else is: the same append may be sent again, any number of times. */
  | { readonly kind: "again" }
  /** The log lost its end: the owner goes on from what is left. */
  | { readonly kind: "rewound"; readonly tail: Tail | undefined }
  /** Another owner appended. */
  | { readonly kind: "fenced"; readonly tail: Tail };

/** An append, with the message that is expected before it. */
export type Unsettled = Pick<Append, "expected" | "tag"> & { readonly known: Known | undefined };

/**
 * Decides by the source's last message, read from a reader with authority.
 *
 * | the last message               |           |
 * | ------------------------------ | --------- |
 * | has the append's tag           | committed |
 * | is the one that was expected   | again     |
 * | is an earlier one, or none     | rewound   |
 * | has the place of the expected, with other content | rewound: the position was used twice |
 * | is a later one                 | fenced    |
 */
export function settle({ expected, tag, known }: Unsettled, tail: Tail | undefined): Settlement {
  if (tail === undefined) return expected === 0 ? { kind: "again" } : { kind: "rewound", tail };
  if (tail.tag === tag) return { kind: "committed", pos: tail.pos };
  if (tail.pos > expected) return { kind: "fenced", tail };
  if (tail.pos === expected && isSame(known, tail)) return { kind: "again" };
  return { kind: "rewound", tail };
}

/** Whether a message says the same as the one that is known. Who wrote it does not matter. */
export function isSame(known: Known | undefined, tail: Known | undefined): boolean {
  if (known === undefined || tail === undefined) return known === tail;
  return (
    known.pos === tail.pos &&
    known.n === tail.n &&
    known.id === tail.id &&
    known.after === tail.after &&
    known.hash === tail.hash
  );
}
