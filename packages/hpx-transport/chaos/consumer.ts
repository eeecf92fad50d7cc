import { setTimeout as sleep } from "node:timers/promises";
import { SseConnection, type SseEvent } from "hpx-transport/sse";
import { Rng } from "./rng.js";
import { now, type Report, type ReaderAction } from "./messages.js";
import { SETTINGS } from "./settings.js";

/** So many events are one report. */
const REPORT_EVERY = 64;

/** The parts that a {@link Consumer} needs. */
export interface ConsumerContext {
  readonly lane: number;
  readonly url: string;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly report: (report: Report) => void;
}

/** One connection under test, and a reader that slows down and pauses. Even lanes read events, odd lanes read batches. */
export class Consumer {
  readonly #context: ConsumerContext;
  readonly #rng: Rng;
  readonly #connection: SseConnection;
  readonly #reading: Promise<void>;
  readonly #stop = new AbortController();
  #received: (readonly [string, string])[] = [];
  #slowFor = 0;

  constructor(context: ConsumerContext) {
    this.#context = context;
    this.#rng = new Rng(context.seed, context.lane);
    this.#connection = SseConnection.open({
      url: context.url,
      signal: context.signal,
      idleTimeout: SETTINGS.idleTimeout,
      responseTimeout: SETTINGS.responseTimeout,
      eventCapacity: SETTINGS.eventCapacity,
      bufferSize: SETTINGS.bufferSize,
      // Without a limit of the rate: as many faults as there can be.
      reconnect: { initialDelay: SETTINGS.initialDelay, maxDelay: SETTINGS.maxDelay, burst: Infinity },
    });
    this.#reading = this.#read();
    void this.#reconnectNowAndThen();
  }

  /** Closes the connection, and waits for the reader to end. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#connection.close();
    await this.#reading;
    this.flush();
  }

  /** The state and the counts of the connection. */
  describe(): string {
    const { state, stats } = this.#connection.handle;
    return `${JSON.stringify(state)} ${JSON.stringify(stats)}`;
  }

  /** Reports the events since the last report. */
  flush(): void {
    if (this.#received.length === 0) return;
    this.#context.report({ type: "received", lane: this.#context.lane, events: this.#received });
    this.#received = [];
  }

  async #read(): Promise<void> {
    try {
      if (this.#context.lane % 2 === 0) await this.#readOneByOne();
      else await this.#readBatches();
      if (!this.#stop.signal.aborted) this.#violation("the stream ended");
    } catch (error) {
      this.#violation(`the stream threw ${String(error)}`);
    }
  }

  async #readOneByOne(): Promise<void> {
    for await (const event of this.#connection) {
      this.#take([event]);
      await this.#slowDown();
    }
  }

  async #readBatches(): Promise<void> {
    for await (const events of this.#connection.stream.batches()) {
      this.#take(events);
      await this.#slowDown();
    }
  }

  #take(events: readonly SseEvent[]): void {
    for (const { id, data } of events) this.#received.push([id, data]);
    const { lastEventId } = this.#connection.handle;
    const expected = events.at(-1)?.id;
    if (lastEventId !== expected && !this.#stop.signal.aborted) {
      this.#violation(`handle.lastEventId is ${lastEventId} after event ${expected}`);
    }
    if (this.#received.length >= REPORT_EVERY) this.flush();
  }

  /** Slows down or pauses now and then; most calls return at once. */
  async #slowDown(): Promise<void> {
    if (this.#slowFor > 0) {
      this.#slowFor -= 1;
      return await this.#sleep(this.#rng.between(1, 5));
    }
    const mood = this.#rng.weighted({ attentive: 300, slow: 1, pause: 1 });
    if (mood === "slow") {
      this.#tell(mood);
      this.#slowFor = this.#rng.between(10, 60);
    } else if (mood === "pause") {
      this.#tell(mood);
      await this.#sleep(this.#rng.between(50, 400));
    }
  }

  async #reconnectNowAndThen(): Promise<void> {
    const { handle } = this.#connection;
    for (;;) {
      await this.#sleep(this.#rng.between(100, 25_000));
      if (this.#stop.signal.aborted) return;
      this.#tell("reconnect");
      // Ten calls at once are one reconnect.
      const calls = Array.from({ length: this.#rng.oneIn(3) ? 10 : 1 }, () => handle.reconnect("chaos"));
      void this.#expectReconnect(Promise.all(calls));
    }
  }

  async #expectReconnect(reconnected: Promise<unknown>): Promise<void> {
    const late = setTimeout(() => this.#violation("reconnect() does not settle"), SETTINGS.longestReconnect);
    try {
      await reconnected;
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#violation(`reconnect() rejected with ${String(error)}`);
    }
    clearTimeout(late);
  }

  async #sleep(ms: number): Promise<void> {
    // An abort ends the wait.
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => {});
  }

  #tell(action: ReaderAction): void {
    this.#context.report({ type: "action", lane: this.#context.lane, action, at: now() });
  }

  #violation(message: string): void {
    this.#context.report({ type: "violation", lane: this.#context.lane, message });
  }
}
