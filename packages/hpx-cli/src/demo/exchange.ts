import { EventEmitter, once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Ending, type Exchange as HttpExchange, MockSseServer, seededRandom } from "hpx-transport/testing";
import { Market, type Trade } from "./market.js";
import { now } from "./timing.js";

/** A trade on the wire. `sent`: when the server wrote these bytes, in milliseconds since 1970. */
export interface SentTrade extends Trade {
  readonly sent: number;
}

export interface ExchangeOptions {
  /** How many milliseconds a connection lasts, more or less. */
  readonly cutEvery: number;
  /** Issue an id and never send it. */
  readonly skipId?: boolean;
  /** Send one event twice. */
  readonly repeatId?: boolean;
  /** Another seed makes other trades, and breaks at other ids. @defaultValue 1 */
  readonly seed?: number;
  /** Called with the id of each trade, whether it is sent or not. */
  readonly onIssue?: (id: string) => void;
}

export const API_KEY = "demo-key";

const TRADES_PER_SECOND = 200;
const TICK = 10;
/** After so many trades at once the consumer, which shares this thread, has its turn. */
const BURST = 10;
const HEARTBEAT = 500;
/** The reconnection time for clients: long enough to be seen on the screen, short enough to wait for. */
const RETRY = 250;
const SKIPPED_ID = 50;
const REPEATED_ID = 75;
const ENDINGS: readonly Ending[] = ["cut", "end", "reset"];

/**
 * An exchange with the habits of bad ones: it trades also without a client, breaks connections in the middle of an event,
 * is unavailable once, and resumes by id. The breaks depend on the seed and the number of trades, so they are at the same
 * ids in every run.
 */
export class MockExchange implements AsyncDisposable {
  readonly #server: MockSseServer;
  readonly #options: ExchangeOptions;
  readonly #market: Market;
  readonly #random: () => number;
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
    const { seed = 1 } = options;
    this.#market = new Market(seededRandom(seed));
    this.#random = seededRandom(seed + 1);
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

  /** Issues no more trades; clients can still fetch the issued ones. */
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
    while (this.#trades.length < due) {
      const id = this.#trades.push(this.#market.trade());
      this.#options.onIssue?.(String(id));
    }
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

  /** Sends the trades after `lastEventId`, then each new one, until the connection ends. */
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

  /** Ends the connection within the next `bytes` bytes, each time at another position and in another way. */
  #cutWithin(bytes: number, exchange: HttpExchange): void {
    exchange.finishAfter(1 + Math.floor(this.#random() * bytes), ENDINGS[this.#cuts % ENDINGS.length] as Ending);
    this.#cuts += 1;
    this.#nextCut += this.#lifetime();
  }

  /** How many trades a connection lasts. */
  #lifetime(): number {
    const trades = (this.#options.cutEvery / 1000) * TRADES_PER_SECOND;
    return Math.ceil(trades * (0.9 + 0.2 * this.#random()));
  }
}
