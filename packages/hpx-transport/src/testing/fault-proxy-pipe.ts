import type { Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Breaking, Fault, FaultKind, Side } from "./fault-proxy-faults.js";

/** How many bytes wait here before their sender is held back. */
const HIGH_WATERMARK = 64 * 1024;

interface Arrival {
  readonly bytes: Buffer;
  readonly at: number;
}

/** The faults of one direction, one of a kind. */
interface Bend {
  readonly limit: number;
  readonly breaking: Breaking | undefined;
  readonly delay: number;
  readonly merge: number;
  readonly split: number;
  readonly throttle: { readonly bytes: number; readonly pause: number } | undefined;
}

/** What a pipe works with. */
export interface PipeContext {
  readonly source: Socket;
  readonly sink: Socket;
  /** Ends every wait. */
  readonly signal: AbortSignal;
  /** Called at the first effect of each fault. */
  readonly onFired: (kind: FaultKind) => void;
}

/** One direction of a proxied connection: what `source` sends goes to `sink`, bent and broken by the faults. */
export class Pipe {
  readonly #context: PipeContext;
  readonly #bend: Bend;
  readonly #fired = new Set<FaultKind>();
  #arrivals: Arrival[] = [];
  #waiting = 0;
  #sourceEnded = false;
  #wake: () => void = () => {};
  #forwarded = 0;
  #over = false;

  constructor(context: PipeContext, faults: readonly Fault[], from: Side) {
    this.#context = context;
    this.#bend = bendOf(faults, from);
    context.source.on("data", (bytes: Buffer) => this.#receive(bytes));
    context.source.once("end", () => {
      this.#sourceEnded = true;
      this.#wake();
    });
    context.signal.addEventListener("abort", () => this.#wake(), { once: true });
  }

  /** How many bytes have left. */
  get forwarded(): number {
    return this.#forwarded;
  }

  /**
   * Forwards until the source has ended and everything has left, or a fault breaks it off; says which. Rejects where
   * a write fails or the signal fires.
   */
  async run(): Promise<"end" | Breaking> {
    try {
      return await this.#forward();
    } finally {
      // Reading goes on, so that the end of the source is noticed; what it sends is dropped.
      this.#over = true;
      this.#arrivals = [];
      this.#context.source.resume();
    }
  }

  async #forward(): Promise<"end" | Breaking> {
    const { limit, breaking, split, throttle } = this.#bend;
    const most = Math.min(split, throttle?.bytes ?? Infinity);
    let rest: Buffer | undefined = Buffer.alloc(0);
    for (;;) {
      this.#context.signal.throwIfAborted();
      if (breaking !== undefined && this.#forwarded === limit) {
        this.#fire(breaking);
        return breaking;
      }
      if (rest.length === 0) rest = await this.#next();
      if (rest === undefined) return "end";
      const piece: Buffer = rest.subarray(0, Math.min(most, limit - this.#forwarded));
      rest = rest.subarray(piece.length);
      await this.#write(piece);
      if (rest.length > 0 && piece.length === split) {
        this.#fire("split");
        // What is written in one turn may be read as one.
        await nextTurn();
      }
      if (throttle !== undefined) {
        this.#fire("throttle");
        await this.#sleep(throttle.pause);
      }
    }
  }

  /** What is to be written next; `undefined` at the end. */
  async #next(): Promise<Buffer | undefined> {
    const { delay, merge } = this.#bend;
    while (this.#arrivals.length === 0 && !this.#sourceEnded) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#context.signal.throwIfAborted();
    }
    const [first] = this.#arrivals;
    if (first === undefined) return undefined;
    const lag = first.at + Math.max(delay, merge) - performance.now();
    if (lag > 0) {
      if (delay > 0) this.#fire("delay");
      await this.#sleep(lag);
    }
    if (merge === 0) return this.#take(1);
    if (this.#arrivals.length > 1) this.#fire("merge");
    return this.#take(this.#arrivals.length);
  }

  #take(count: number): Buffer {
    const bytes = Buffer.concat(this.#arrivals.splice(0, count).map((arrival) => arrival.bytes));
    this.#waiting -= bytes.length;
    if (this.#waiting < HIGH_WATERMARK) this.#context.source.resume();
    return bytes;
  }

  #receive(bytes: Buffer): void {
    if (this.#over) return;
    this.#arrivals.push({ bytes, at: performance.now() });
    this.#waiting += bytes.length;
    if (this.#waiting >= HIGH_WATERMARK) this.#context.source.pause();
    this.#wake();
  }

  async #write(piece: Buffer): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#context.sink.write(piece, (error) => (error ? reject(error) : resolve()));
    });
    this.#forwarded += piece.length;
  }

  async #sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#context.signal });
  }

  #fire(kind: FaultKind): void {
    if (this.#fired.has(kind)) return;
    this.#fired.add(kind);
    this.#context.onFired(kind);
  }
}

function bendOf(faults: readonly Fault[], from: Side): Bend {
  let bend: Bend = { limit: Infinity, breaking: undefined, delay: 0, merge: 0, split: Infinity, throttle: undefined };
  for (const fault of faults) {
    if (fault.fault === "refuse" || (fault.from ?? "server") !== from) continue;
    if (fault.fault === "delay") bend = { ...bend, delay: fault.ms };
    else if (fault.fault === "merge") bend = { ...bend, merge: fault.ms };
    else if (fault.fault === "split") bend = { ...bend, split: fault.bytes };
    else if (fault.fault === "throttle") bend = { ...bend, throttle: fault };
    else if (fault.after < bend.limit) bend = { ...bend, limit: fault.after, breaking: fault.fault };
  }
  return bend;
}
