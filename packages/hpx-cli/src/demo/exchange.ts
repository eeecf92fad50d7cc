import { EventEmitter, once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Ending, type Exchange as HttpExchange, MockSseServer } from "hpx-transport/testing";
import { now } from "./clock.js";
import { Market, seededRandom, type Trade } from "./market.js";

/** A trade on the wire: `sent` is when these bytes left, in milliseconds since 1970. */
export interface SentTrade extends Trade {
  readonly sent: number;
}

export interface ExchangeOptions {
  /** How many milliseconds a connection lasts, more or less. */
  readonly cutEvery: number;
  /** Issue an id that is never sent. */
  readonly skipId?: boolean;
  /** Send one event twice. */
  readonly repeatId?: boolean;
}

export const API_KEY = "demo-key";

const TRADES_PER_SECOND = 200;
const TICK = 10;
/** After so many trades in one go the consumer, who shares this thread, gets its turn. */
const BURST = 10;
const HEARTBEAT = 500;
/** The reconnection time that clients are told: long enough to be seen, short enough to wait for. */
const RETRY = 250;
const SKIPPED_ID = 50;
const REPEATED_ID = 75;
const ENDINGS: readonly Ending[] = ["cut", "end", "reset"];

/**
 * An exchange that works like the bad ones: it trades on whether anybody is connected or not, breaks connections in the
 * middle of an event, is unavailable once, and resumes by id. What it does depends on the seed and the count of trades,
 * so every run breaks at the same ids.
 */
export class MockExchange implements AsyncDisposable {
  readonly #server: MockSseServer;
  readonly #options: ExchangeOptions;
  readonly #market = new Market(seededRandom(1));
  readonly #random = seededRandom(2);
  /** The trade with id n is at n - 1: ids count from 1. */
  readonly #trades: Trade[] = [];
  readonly #news = new EventEmitter<{ trades: [] }>().setMaxListeners(0);
  readonly #start = performance.now();
  readonly #clock = setInterval(() => this.#issue(), TICK);
  #admitted = 0;
  #cuts = 0;
  #nextCut: number;
  #repeated = false;

  private constructor(server: MockSseServer, options: ExchangeOptions) {
    this.#server = server;
    this.#options = options;
    this.#nextCut = this.#lifetime();
    server.otherwise((exchange) => this.#answer(exchange));
  }

  static async start(options: ExchangeOptions): Promise<MockExchange> {
    return new MockExchange(await MockSseServer.start(), options);
  }

  get url(): string {
    return `${this.#server.url}trades`;
  }

  /** The last id issued, sent or not; 0 before the first. */
  get lastId(): number {
    return this.#trades.length;
  }

  /** No trade is issued any more; those that were can still be fetched. */
  stop(): void {
    clearInterval(this.#clock);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.#server.close();
  }

  /** By the clock, not by the tick: a busy machine delays trades but does not lose any. */
  #issue(): void {
    const due = Math.floor(((performance.now() - this.#start) / 1000) * TRADES_PER_SECOND);
    while (this.#trades.length < due) this.#trades.push(this.#market.trade());
    this.#news.emit("trades");
  }

  async #answer(exchange: HttpExchange): Promise<void> {
    const { headers, lastEventId } = exchange.request;
    if (headers["x-api-key"] !== API_KEY) {
      return exchange.play({ status: 401, body: "this exchange asks for the header X-Api-Key\n" });
    }
    this.#admitted += 1;
    if (this.#admitted === 2) return exchange.play({ status: 503, headers: { "retry-after": "1" } });
    await exchange.write(`retry: ${RETRY}\n\n`);
    await this.#sendAfter(lastEventId, exchange);
  }

  /** Sends the trades after `lastEventId`, then each as it is issued, until the connection ends. */
  async #sendAfter(lastEventId: string | undefined, exchange: HttpExchange): Promise<void> {
    const resumeAfter = Number(lastEventId ?? 0);
    let id = this.#trades[resumeAfter - 1] === undefined ? 0 : resumeAfter;
    let heartbeatDue = now() + HEARTBEAT;
    for (;;) {
      while (id === this.lastId) await once(this.#news, "trades", { signal: exchange.signal });
      if (now() >= heartbeatDue) {
        await exchange.comment("heartbeat");
        heartbeatDue = now() + HEARTBEAT;
      }
      id += 1;
      await this.#send(id, exchange);
      if (id % BURST === 0) await nextTurn();
    }
  }

  async #send(id: number, exchange: HttpExchange): Promise<void> {
    const { repeatId, skipId } = this.#options;
    if (skipId && id === SKIPPED_ID) return;
    const trade: SentTrade = { ...(this.#trades[id - 1] as Trade), sent: now() };
    const event = { id: String(id), event: "trade", data: JSON.stringify(trade) };
    if (id >= this.#nextCut) this.#cutWithin(event.data.length, exchange);
    await exchange.send(event);
    if (!repeatId || id !== REPEATED_ID || this.#repeated) return;
    this.#repeated = true;
    await exchange.send(event);
  }

  /** Ends the connection within the next `bytes` bytes, each time in another place and another way. */
  #cutWithin(bytes: number, exchange: HttpExchange): void {
    exchange.finishAfter(1 + Math.floor(this.#random() * bytes), ENDINGS[this.#cuts % ENDINGS.length] as Ending);
    this.#cuts += 1;
    this.#nextCut += this.#lifetime();
  }

  /** For how many trades a connection lasts. */
  #lifetime(): number {
    const trades = (this.#options.cutEvery / 1000) * TRADES_PER_SECOND;
    return Math.ceil(trades * (0.9 + 0.2 * this.#random()));
  }
}
