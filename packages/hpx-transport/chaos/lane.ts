import { EventLedger, FaultProxy } from "hpx-transport/testing";
import type { Rng } from "./rng.js";
import { ConnectPace } from "./connect-pace.js";
import { now } from "./messages.js";
import { lanePlans } from "./proxy-faults.js";
import { SETTINGS } from "./settings.js";
import { Trail } from "./records.js";

/** This process is late when its timers did not run for so many milliseconds. */
const LATE = 60;
const HEARTBEAT = 10;

/** The proxy between the server and one connection under test, and the records of both. */
export class Lane {
  readonly ledger: EventLedger = new EventLedger();
  readonly trail: Trail = new Trail(20);
  readonly proxy: FaultProxy;
  readonly #pace = new ConnectPace();
  readonly #rng: Rng;
  readonly #heartbeat: NodeJS.Timeout;
  #lastBeat = now();
  #lateUntil = 0;
  #lastArrival = now();
  #lastConnect = now();
  #endless = false;
  #breaks = { cut: 0, reset: 0 };
  #nextBreak: number;

  private constructor(proxy: FaultProxy, seed: number, rng: Rng) {
    this.proxy = proxy;
    this.#rng = rng;
    this.#nextBreak = now() + SETTINGS.sampleEvery;
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT);
    const plans = lanePlans(seed, rng);
    proxy.otherwise((connection) => {
      const { plan, eventless, endless } = plans(connection);
      this.#connected(eventless);
      this.#endless = endless;
      this.trail.add(`connect ${connection}: ${JSON.stringify(plan)}`);
      return plan;
    });
  }

  static async start(target: string, seed: number, rng: Rng): Promise<Lane> {
    return new Lane(await FaultProxy.start({ target }), seed, rng);
  }

  /** The largest number of connects in a second. */
  get busiestSecond(): number {
    return this.#pace.busiestSecond;
  }

  /** How often every open connection was broken at a random moment. */
  get breaks(): { readonly cut: number; readonly reset: number } {
    return this.#breaks;
  }

  /** An event arrived. Returns what is wrong with it, if anything is. */
  received(id: string, data: string): string | undefined {
    this.#lastArrival = now();
    return this.ledger.received(id, data);
  }

  /** The server gave this answer to the request of the consumer. */
  answered(answer: string, eventless: boolean): void {
    if (eventless) this.#pace.answeredEventless(now());
    this.trail.add(`server answers: ${answer}`);
  }

  /** The consumer called `reconnect()`. */
  reconnectRequested(at: number): void {
    this.#pace.requested(at);
  }

  /** The broken rules at this moment. */
  violations(): string[] {
    // Reports of the last second may still be on their way.
    const found = this.#pace.violations(now() - 1000);
    if (this.ledger.counts.pending === 0) this.#lastArrival = now();
    const drought = now() - this.#lastArrival;
    const silence = Math.min(drought, now() - this.#lastConnect);
    if (silence > SETTINGS.longestSilence) found.push(`nothing arrived or was tried for ${silence.toFixed(0)} ms`);
    if (drought > SETTINGS.longestDrought) found.push(`nothing arrived for ${drought.toFixed(0)} ms`);
    return found;
  }

  /** Ends all faults. */
  calmDown(): void {
    this.#nextBreak = Infinity;
    this.proxy.otherwise(() => {
      this.#connected(false);
      return [];
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.proxy.close();
  }

  #connected(eventless: boolean): void {
    const at = now();
    this.#lastConnect = at;
    this.#pace.connected({ at, eventless, late: at < this.#lateUntil || at - this.#lastBeat > LATE });
  }

  /** Breaks connections at random that have no planned end, and no others: the consumer has to notice a stall. */
  #beat(): void {
    const previous = this.#lastBeat;
    this.#lastBeat = now();
    // Everything that waited while this process was not scheduled arrives now at once.
    if (this.#lastBeat - previous > LATE) this.#lateUntil = this.#lastBeat + LATE;
    if (this.#lastBeat < this.#nextBreak || !this.#endless || this.proxy.openConnections === 0) return;
    this.#nextBreak = this.#lastBeat + this.#rng.between(300, 2500);
    const how = this.#rng.oneIn(2) ? "cut" : "reset";
    this.#breaks[how] += 1;
    this.trail.add(`all ${how}`);
    void this.proxy.disconnectAll(how);
  }
}
