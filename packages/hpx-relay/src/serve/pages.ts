import { Pause } from "../commit/pause.js";
import type { LogRecord, ReadFrom, RelayLog } from "../log/log.js";

/** Reads of a log at one time: more of them make none faster. */
const MOST_READS = 8;

/** Bytes of one page. A client that is behind has no more of the log in memory. */
export const PAGE_BYTES: number = 256 * 1024;

/** Reads pages of a log for many clients: a few at a time, in the order of the calls, and again while the log is away. */
export class Pages {
  readonly log: RelayLog;
  readonly #onState: (error: Error | undefined) => void;
  readonly #waiting: (() => void)[] = [];
  #reads = 0;
  #isAway = false;

  /** `onState` is called with the error when the log stops to answer, and with `undefined` when it answers again. */
  constructor(log: RelayLog, onState: (error: Error | undefined) => void) {
    this.log = log;
    this.#onState = onState;
  }

  /**
   * The first records, at least `least` where the log has as many. Resolves when the log has answered, for as long as that
   * takes; without a record where `signal` is aborted.
   */
  async read(from: ReadFrom, signal: AbortSignal, least = 1): Promise<readonly LogRecord[]> {
    const read = async (): Promise<LogRecord[]> => await this.#firstOf(from, signal, least);
    return (await this.whenThere(async () => await this.#inTurn(read), signal)) ?? [];
  }

  /** The result of `call`, which waits for no turn and is called again while it fails; `undefined` where `signal` is aborted. */
  async whenThere<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    const pause = new Pause(signal);
    while (!signal.aborted) {
      try {
        const result = await call();
        this.#tell(undefined);
        return result;
      } catch (error) {
        if (!signal.aborted) this.#tell(error as Error);
      }
      await pause.next();
    }
    return undefined;
  }

  async #firstOf(from: ReadFrom, signal: AbortSignal, least: number): Promise<LogRecord[]> {
    const records: LogRecord[] = [];
    for await (const some of this.log.read({ bytes: PAGE_BYTES, ...from }, signal)) {
      records.push(...some);
      if (records.length >= least) break;
    }
    return records;
  }

  async #inTurn<T>(call: () => Promise<T>): Promise<T> {
    if (this.#reads >= MOST_READS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#reads += 1;
    try {
      return await call();
    } finally {
      // A file is read at once. Without this, clients that are behind would keep all others waiting.
      await new Promise((resolve) => setImmediate(resolve));
      // The turn goes to the next one; without one it is free.
      const next = this.#waiting.shift();
      if (next === undefined) this.#reads -= 1;
      else next();
    }
  }

  #tell(error: Error | undefined): void {
    if (this.#isAway === (error !== undefined)) return;
    this.#isAway = error !== undefined;
    this.#onState(error);
  }
}
