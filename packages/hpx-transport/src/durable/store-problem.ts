import { TransportError } from "../error.js";

/** What a store says about an error of its database. */
export interface StoreProblem {
  /** The store with its place, such as `PostgresCursorStore "hpx_cursors"`. */
  readonly store: string;
  /** What to do about it, where the database's code tells that. */
  readonly wayOut: string | undefined;
  /** Another try fails in the same way, until something is changed. */
  readonly isLasting: boolean;
}

/**
 * The error of a claim or a save, with the store, the name and what to do. The cursor tries a failed save again, and makes a
 * `CURSOR_STORE` of its error; a claim whose problem lasts is a `CURSOR_STORE` that ends the connection.
 */
export function problemError(
  name: string,
  operation: "claim" | "save",
  cause: unknown,
  { store, wayOut, isLasting }: StoreProblem,
): Error {
  if (TransportError.is(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `${store}: ${wayOut === undefined ? reason : `${wayOut} (${reason})`}`;
  if (operation === "save") return new Error(message, { cause });
  return TransportError.cursorStore(name, operation, { message, retryable: !isLasting, cause });
}

/**
 * Compares the epoch that is kept with that of a claim whose save changed nothing. The same epoch: what is kept is as new.
 *
 * @throws {TransportError} `CURSOR_FENCED` where the name was claimed again
 * @throws {Error} where the record is gone, or older than the claim: it was deleted, or the server lost its last writes
 */
export function checkEpoch(name: string, claimed: number, kept: number | undefined): void {
  if (kept === claimed) return;
  if (kept !== undefined && kept > claimed) throw TransportError.cursorFenced(name);
  const what = kept === undefined ? "is gone" : "is older than this claim";
  throw new Error(
    `the record of ${JSON.stringify(name)} ${what}: it was deleted, or the server lost its last writes; restore it, or start the consumer again to claim the name anew`,
  );
}
