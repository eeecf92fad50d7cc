import type { Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Breaking, Fault, FaultKind, Side } from "./fault-proxy-faults.js";

/** With so many waiting bytes, reading from the sender pauses. */
const HIGH_WATERMARK = 64 * 1024;

interface Arrival {
  readonly bytes: Buffer;
  readonly at: number;
}

/** The faults of one direction, one of a kind. */
interface Direction {
  readonly limit: number;
  readonly breaking: Breaking | undefined;
  readonly delay: number;
  readonly merge: number;
  readonly split: number;
  readonly throttle: { readonly bytes: number; readonly pause: number } | undefined;
}

/** The parts that a {@link Pipe} needs. */
export interface PipeContext {
  readonly source: Socket;
  readonly sink: Socket;
  /** Ends every wait. */
  readonly signal: AbortSignal;
  /** Called at the first effect of each fault. */
  readonly onFired: (kind: FaultKind) => void;
}

/** One direction of a proxied connection: forwards bytes from `source` to `sink`, with the faults. */
export class Pipe {
  readonly #context: PipeContext;
  readonly #direction: Direction;
  readonly #fired = new Set<FaultKind>();
  #arrivals: Arrival[] = [];
  #waiting = 0;
  #sourceEnded = false;
  #wake: () => void = () => {};
  #forwarded = 0;
  #over = false;

  constructor(context: PipeContext, faults: readonly Fault[], from: Side) {
    this.#context = context;
    this.#direction = directionOf(faults, from);
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
   * Forwards until the source has ended and every byte was sent, or a fault ends it; resolves with which. Rejects if
   * a write fails or the signal fires.
   */
  async run(): Promise<"end" | Breaking> {
    try {
      return await this.#forward();
    } finally {
      // Reading goes on, so that the end of the source is noticed; the bytes are dropped.
      this.#over = true;
      this.#arrivals = [];
      this.#context.source.resume();
    }
  }

  async #forward(): Promise<"end" | Breaking> {
    const { limit, breaking, split, throttle } = this.#direction;
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
        // Bytes that are written in one turn may be read as one chunk.
        await nextTurn();
      }
      if (throttle !== undefined) {
        this.#fire("throttle");
        await this.#sleep(throttle.pause);
      }
    }
  }

  /** The bytes to write next; `undefined` at the end. */
  async #next(): Promise<Buffer | undefined> {
    const { delay, merge } = this.#direction;
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

function directionOf(faults: readonly Fault[], from: Side): Direction {
  let direction: Direction = {
    limit: Infinity,
    breaking: undefined,
    delay: 0,
    merge: 0,
    split: Infinity,
    throttle: undefined,
  };
  for (const fault of faults) {
    if (fault.fault === "refuse" || (fault.from ?? "server") !== from) continue;
    if (fault.fault === "delay") direction = { ...direction, delay: fault.ms };
    else if (fault.fault === "merge") direction = { ...direction, merge: fault.ms };
    else if (fault.fault === "split") direction = { ...direction, split: fault.bytes };
    else if (fault.fault === "throttle") direction = { ...direction, throttle: fault };
    else if (fault.after < direction.limit) direction = { ...direction, limit: fault.after, breaking: fault.fault };
  }
  return direction;
}
