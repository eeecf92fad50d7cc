import type { SseCursorConnection } from "../../sse/index.js";
import type { Checker } from "../continuity/continuity.js";
import type { Checkpoint } from "./handed-over.js";
import type { CursorRecord } from "../record.js";
import type { Remembered } from "./remembered.js";
import type { Claim } from "../store.js";
import type { Footprint } from "./trail.js";

/** Makes the records of one claim. The version of each is higher than that of the one before. */
export class RecordMaker {
  readonly #name: string;
  readonly #epoch: number;
  readonly #connection: SseCursorConnection;
  readonly #checker: Checker | undefined;
  readonly #remembered: Remembered | undefined;
  #version: number;
  /** The last id that a request can carry, and the events after it. */
  #resumable: Pick<CursorRecord, "id" | "after">;

  constructor(
    name: string,
    { epoch, record }: Claim,
    context: { connection: SseCursorConnection; checker: Checker | undefined; remembered: Remembered | undefined },
  ) {
    const { id = "", after = [], version = 0 } = record ?? {};
    this.#name = name;
    this.#epoch = epoch;
    this.#connection = context.connection;
    this.#checker = context.checker;
    this.#remembered = context.remembered;
    this.#version = version;
    this.#resumable = { id, after };
  }

  /** The record after the event at `position`; `more`: the checkpoints up to it that are not acknowledged yet. */
  record(position: number, { id, hashes, length }: Footprint, more: readonly Checkpoint[]): CursorRecord {
    this.#version += 1;
    // After an id that cannot be sent, the next run begins after an earlier one: events come again, and none is left out.
    if (this.#connection.canResumeAfter(id)) this.#resumable = { id, after: hashes.slice(0, length) };
    return {
      v: 1,
      name: this.#name,
      ...this.#resumable,
      n: position,
      ...(this.#checker && { seq: this.#checker.state(more.map(({ token }) => token)) }),
      ...(this.#remembered && { remember: this.#remembered.hashes(more.map(({ hash }) => hash)) }),
      origin: this.#connection.origin,
      at: Date.now(),
      epoch: this.#epoch,
      version: this.#version,
    };
  }
}
