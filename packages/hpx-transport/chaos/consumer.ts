import { setTimeout as sleep } from "node:timers/promises";
import { SseConnection, type SseEvent } from "hpx-transport/sse";
import { Chance } from "./chance.js";
import { now, type Report, type Whim } from "./messages.js";
import { SETTINGS } from "./settings.js";

/** How often events are reported. */
const REPORT_EVERY = 64;

/** What a consumer works with. */
export interface ConsumerContext {
  readonly lane: number;
  readonly url: string;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly report: (report: Report) => void;
}

/** One connection under test and its moody reader. Lanes differ in how they read and how they end. */
export class Consumer {
  readonly #context: ConsumerContext;
  readonly #chance: Chance;
  readonly #connection: SseConnection;
  readonly #reading: Promise<void>;
  readonly #stop = new AbortController();
  #received: (readonly [string, string])[] = [];
  #slowFor = 0;

  constructor(context: ConsumerContext) {
    this.#context = context;
    this.#chance = new Chance(context.seed, context.lane);
    this.#connection = SseConnection.open({
      url: context.url,
      signal: context.signal,
      idleTimeout: SETTINGS.idleTimeout,
      responseTimeout: SETTINGS.responseTimeout,
      eventCapacity: SETTINGS.eventCapacity,
      bufferSize: SETTINGS.bufferSize,
      reconnect: { initialDelay: SETTINGS.initialDelay, maxDelay: SETTINGS.maxDelay },
    });
    this.#reading = this.#read();
    void this.#reconnectNowAndThen();
  }

  /** Closes the connection, and waits until the reader has noticed. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#connection.close();
    await this.#reading;
    this.flush();
  }

  /** The connection as it says itself. */
  describe(): string {
    const { state, stats } = this.#connection.handle;
    return `${JSON.stringify(state)} ${JSON.stringify(stats)}`;
  }

  /** Reports what was received since. */
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
      await this.#dawdle();
    }
  }

  async #readBatches(): Promise<void> {
    for await (const events of this.#connection.stream.batches()) {
      this.#take(events);
      await this.#dawdle();
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

  /** Most of the time it does not. */
  async #dawdle(): Promise<void> {
    if (this.#slowFor > 0) {
      this.#slowFor -= 1;
      return await this.#sleep(this.#chance.between(1, 5));
    }
    const mood = this.#chance.weighted({ attentive: 300, slow: 1, pause: 1 });
    if (mood === "slow") {
      this.#tell(mood);
      this.#slowFor = this.#chance.between(10, 60);
    } else if (mood === "pause") {
      this.#tell(mood);
      await this.#sleep(this.#chance.between(50, 400));
    }
  }

  async #reconnectNowAndThen(): Promise<void> {
    const { handle } = this.#connection;
    for (;;) {
      await this.#sleep(this.#chance.between(100, 25_000));
      if (this.#stop.signal.aborted) return;
      this.#tell("reconnect");
      // Ten calls make one reconnect.
      const calls = Array.from({ length: this.#chance.oneIn(3) ? 10 : 1 }, () => handle.reconnect("chaos"));
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
    // An abort just ends it.
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => {});
  }

  #tell(whim: Whim): void {
    this.#context.report({ type: "whim", lane: this.#context.lane, whim, at: now() });
  }

  #violation(message: string): void {
    this.#context.report({ type: "violation", lane: this.#context.lane, message });
  }
}
