import { LogUnavailable } from "../../log/errors.js";
import type { LogRecord, ReadFrom, RelayLog, Tail } from "../../log/log.js";
import { Ring } from "./ring.js";

/** Messages that are looked through for ids that a source may send again. */
const REMEMBERED = 10_000;

/** What the log has of a source before its last message: what a source may send again. */
export interface Memory {
  readonly ring: Ring;
  /** The hashes of the events since the last id. */
  readonly trail: readonly string[];
}

/** The memory of a source of which the log has no id. */
export function noMemory(): Memory {
  return { ring: new Ring(), trail: [] };
}

/**
 * Reads records up to a source's last message. One that the leader of a log names, and another server does not deliver, would
 * look like a log without it. @throws {LogUnavailable} where it was not reached
 */
export async function* readUpTo(
  last: Pick<Tail, "source" | "pos">,
  log: RelayLog,
  from: ReadFrom,
  signal: AbortSignal,
): AsyncGenerator<LogRecord> {
  for await (const records of log.read({ ...from, source: last.source }, signal)) {
    for (const record of records) {
      if (record.pos > last.pos) return;
      yield record;
      if (record.pos === last.pos) return;
    }
  }
  throw new LogUnavailable(`${log.url}: message ${last.pos} of ${last.source} was not read`);
}

/**
 * Reads the newest messages of a source up to its last one. Only what is in the log counts: ids of events that were taken and
 * never committed are in no ring, or the next connect would drop those events.
 */
export async function recall(last: Pick<Tail, "source" | "pos">, log: RelayLog, signal: AbortSignal): Promise<Memory> {
  const ring = new Ring();
  let trail: string[] = [];
  for await (const record of readUpTo(last, log, { last: REMEMBERED, withoutData: true }, signal)) {
    const { kind, id, after, hash } = record;
    if (kind === "reset") ring.clear();
    if (kind !== undefined) continue;
    if (after === 0) trail = [];
    else trail.push(hash);
    if (after === 0 && id !== "") ring.add(id, hash);
  }
  return { ring, trail };
}

/** A memory that is read once it is needed, or before. */
export class LazyMemory {
  readonly #read: () => Promise<Memory>;
  #prepared: Promise<Memory> | undefined;

  constructor(read: () => Promise<Memory>) {
    this.#read = read;
  }

  /** Begins to read. */
  prepare(): void {
    this.#prepared = this.#read();
    // The reading throws it.
    this.#prepared.catch(() => {});
  }

  /** The memory as of now, or as of the preparation, whose result is kept for one reading. @throws {LogUnavailable} */
  async read(): Promise<Memory> {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    return await (prepared ?? this.#read());
  }
}
