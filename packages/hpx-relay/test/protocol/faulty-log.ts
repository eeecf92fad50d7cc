import { LogConflict, LogUnavailable } from "hpx-relay";
import type { Append, LogLimits, LogRecord, ReadFrom, RelayLog, Tail } from "hpx-relay";

/** How often each fault happens, from 0 to 1. */
export interface FaultRates {
  /** The messages are in the log, and the reply is lost. */
  readonly lostReply: number;
  /** The messages come into the log later, or not at all; the caller hears that the log is away. */
  readonly lateCopy: number;
  /** Nothing comes into the log. */
  readonly lostRequest: number;
  /** A conflict is told, and there is none: "again", as NATS tells it with three replicas. */
  readonly spurious: number;
  /** The copy of an append comes a second time. */
  readonly secondCopy: number;
  /** A deposed leader tells an older last message. */
  readonly staleTail: number;
  /** A read of tails is not answered. */
  readonly tailsAway: number;
}

/** The messages that all clients share: what a real log does with an append, and faults that a real one may have. */
export class SharedLog {
  records: LogRecord[] = [];
  readonly #random: () => number;
  rates: FaultRates;
  epoch = 1;
  /** What happened, for the message of a failure. */
  readonly counts = { appends: 0, conflicts: 0, faults: 0, rewinds: 0, stale: 0 };
  /** What the log was at some time, for stale answers. */
  #stale: LogRecord[] = [];

  constructor(random: () => number, rates: FaultRates) {
    this.#random = random;
    this.rates = rates;
  }

  /** Another owner's view of it. */
  client(): FaultyClient {
    return new FaultyClient(this);
  }

  chance(rate: number): boolean {
    return this.#random() < rate;
  }

  delay(most: number): number {
    return Math.floor(this.#random() * most);
  }

  append(parts: readonly Append[]): number[] {
    if (parts.some(({ source, expected }) => (this.tail(source)?.pos ?? 0) !== expected)) {
      this.counts.conflicts += 1;
      throw new LogConflict("another message came before");
    }
    this.counts.appends += 1;
    if (this.chance(0.2)) this.#stale = [...this.records];
    return parts.map(({ source, messages, tag }) => {
      for (const [index, message] of messages.entries()) {
        const pos = (this.records.at(-1)?.pos ?? 0) + 1;
        const data = Buffer.from(message.data);
        this.records.push({ ...message, data, source, pos, ...(index === messages.length - 1 && { tag }) });
      }
      return this.records.at(-1)?.pos ?? 0;
    });
  }

  tail(source: string, records: readonly LogRecord[] = this.records): Tail | undefined {
    return records.findLast((record) => record.source === source);
  }

  staleTail(source: string): Tail | undefined {
    this.counts.stale += 1;
    return this.tail(source, this.#stale);
  }

  /**
   * The log loses its end, as after a power cut; every client connects anew. One message of each source is left: without
   * any, a log was purged, and its sources go on after a marker.
   */
  rewind(messages: number): void {
    this.counts.rewinds += 1;
    const firsts = new Map<string, number>();
    for (const [index, { source }] of this.records.entries()) if (!firsts.has(source)) firsts.set(source, index + 1);
    this.records = this.records.slice(0, Math.max(0, this.records.length - messages, ...firsts.values()));
    this.#stale = [];
    this.epoch += 1;
  }
}

/** The log as one owner has it. */
export class FaultyClient implements RelayLog {
  readonly url = "memory:";
  readonly limits: LogLimits = { messages: 20, appends: 4, data: 1000, name: 1000 };
  /** The process was killed: it hears nothing more, and what it sent may still arrive. */
  dead = false;
  readonly #log: SharedLog;

  constructor(log: SharedLog) {
    this.#log = log;
  }

  get epoch(): number {
    return this.#log.epoch;
  }

  async tails(sources: readonly string[]): Promise<ReadonlyMap<string, Tail>> {
    const log = this.#log;
    await this.#wait(5);
    if (log.chance(log.rates.tailsAway)) throw new LogUnavailable("no answer");
    const isStale = log.chance(log.rates.staleTail);
    const tails = new Map<string, Tail>();
    for (const source of sources) {
      const tail = isStale ? log.staleTail(source) : log.tail(source);
      if (tail !== undefined) tails.set(source, tail);
    }
    await this.#wait(5);
    return tails;
  }

  async append(parts: readonly Append[]): Promise<readonly number[]> {
    const log = this.#log;
    const { rates } = log;
    await this.#wait(10);
    if (log.chance(rates.lostRequest)) return await this.#away(100);
    if (log.chance(rates.spurious)) throw new LogConflict("10164");
    if (log.chance(rates.lateCopy)) {
      setTimeout(() => quietly(() => log.append(parts)), log.delay(3000));
      return await this.#away(200);
    }
    const positions = log.append(parts);
    if (log.chance(rates.secondCopy)) setTimeout(() => quietly(() => log.append(parts)), log.delay(500));
    if (log.chance(rates.lostReply)) return await this.#away(100);
    await this.#wait(10);
    return positions;
  }

  async *read({ source, after = 0 }: ReadFrom): AsyncGenerator<readonly LogRecord[]> {
    await this.#wait(5);
    yield this.#log.records.filter(
      (record) => record.pos > after && (source === undefined || record.source === source),
    );
  }

  async close(): Promise<void> {}

  async #away(most: number): Promise<never> {
    this.#log.counts.faults += 1;
    await this.#wait(most);
    throw new LogUnavailable("no answer");
  }

  async #wait(most: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#log.delay(most)));
    // A dead process never goes on.
    if (this.dead) await new Promise(() => {});
  }
}

function quietly(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof LogConflict)) throw error;
  }
}
