import type { Arrived, Feed } from "../../src/source/feed.js";

/** How a source numbers its events, and what it does with the id that a client resumes after. */
export type SourceKind =
  /** Whole numbers; it resumes. */
  | "numeric"
  /** Names; it resumes. */
  | "names"
  /** An id on every third event; it resumes after the last id and sends what followed it again. */
  | "some ids"
  /** It ignores the id and sends its last 300 events again. */
  | "replays";

const REPLAYED = 300;

/** A source whose n-th event is known, so that a log can be compared with it. */
export class ModelSource {
  readonly kind: SourceKind;
  readonly #random: () => number;
  /** Events that exist so far. */
  count = 0;
  /** Connections break no more. */
  calm = false;

  constructor(kind: SourceKind, random: () => number) {
    this.kind = kind;
    this.#random = random;
  }

  /** The data of event `n`, from 1. Some are the same as others. */
  static dataOf(n: number): string {
    return n % 7 === 0 ? "heartbeat" : `event ${n}`;
  }

  /** The own id of event `n`; `undefined` where it has none. */
  #ownId(n: number): string | undefined {
    if (this.kind === "numeric") return String(n);
    if (this.kind === "some ids") return n % 3 === 1 ? `id-${n}` : undefined;
    return `id-${n}`;
  }

  /** The id as of event `n`. */
  #idAsOf(n: number): string {
    for (let back = n; back > 0; back -= 1) {
      const id = this.#ownId(back);
      if (id !== undefined) return id;
    }
    return "";
  }

  /** The first event that a client gets which resumes after `id`. */
  #firstAfter(id: string): number {
    if (this.kind === "replays") return Math.max(1, this.count - REPLAYED);
    if (id === "") return 1;
    return Number(id.replace("id-", "")) + 1;
  }

  /** A connection that breaks at any time and resumes by itself after the last id that it received. */
  open(startId: string): Feed {
    const stop = new AbortController();
    const random = this.#random;
    // oxlint-disable-next-line typescript/no-this-alias
    const source = this;
    async function* batches(): AsyncGenerator<readonly Arrived[]> {
      let received = startId;
      let next = source.#firstAfter(received);
      let connected = true;
      while (!stop.signal.aborted) {
        await new Promise((resolve) => setTimeout(resolve, 1 + Math.floor(random() * 60)));
        if (!source.calm && random() < 0.08) {
          // The server may have lost the connection while events were on their way: they were never received.
          next = source.#firstAfter(received);
          connected = true;
        }
        const until = Math.min(source.count, next + Math.floor(random() * 15));
        const arrived: Arrived[] = [];
        for (; next <= until; next += 1) {
          received = source.#idAsOf(next);
          const hasOwnId = source.#ownId(next) !== undefined;
          const event = { event: "message", id: received, data: ModelSource.dataOf(next) };
          arrived.push(connected ? { ...event, before: { connected, hasOwnId } } : event);
          connected = false;
        }
        if (arrived.length > 0) yield arrived;
      }
    }
    return {
      batches,
      close: async () => stop.abort(),
    };
  }
}
