import type { CursorRecord } from "./record.js";

/** The right to save under a name, until somebody claims it again. */
export interface Claim {
  /** Which claim of the name it is, from 1. A store refuses saves of an earlier one. */
  readonly epoch: number;
  /** The last record that was saved; `undefined` for none. */
  readonly record: CursorRecord | undefined;
}

/**
 * Keeps the record of each cursor. Several cursors may share a store.
 *
 * A failure rejects with any error, which becomes the cause of a `CURSOR_STORE`, and is tried again. A record that cannot be
 * read must reject as well: `readRecord` does that. It must never look like no record.
 */
export interface CursorStore {
  /**
   * Claims `name`: raises its epoch, so that the claim before can save no more, and resolves with the last record. Two claims at
   * the same time get two epochs.
   */
  claim(name: string): Promise<Claim>;
  /**
   * Saves `record`; it is durable when the promise resolves. Rejects with `CURSOR_FENCED` where `name` was claimed again. A record
   * with a lower `version` than the saved one is not written.
   */
  save(name: string, record: CursorRecord, claim: Claim): Promise<void>;
  /** Releases what the store itself opened. */
  close?(): Promise<void>;
}

/** A store in the same database as the consumer's own work, so that both are written in one transaction. */
export interface TransactionalCursorStore<Tx> extends CursorStore {
  /** As `save`, in the caller's transaction `tx`: it counts when that is committed. */
  saveIn(tx: Tx, name: string, record: CursorRecord, claim: Claim): Promise<void> | void;
}
