import { FaultProxy } from "hpx-transport/testing";
import type { Chance } from "./chance.js";
import { ConnectPace } from "./connect-pace.js";
import { Ledger } from "./ledger.js";
import { now } from "./messages.js";
import { lanePlans } from "./proxy-faults.js";
import { SETTINGS } from "./settings.js";
import { Trail } from "./trail.js";

/** A process that did not get to its timers for so many milliseconds is late. */
const LATE = 60;
const HEARTBEAT = 10;

/** What lies between the server and one connection under test, and what is known about both. */
export class Lane {
  readonly ledger: Ledger = new Ledger();
  readonly trail: Trail = new Trail(20);
  readonly proxy: FaultProxy;
  readonly #pace = new ConnectPace();
  readonly #chance: Chance;
  readonly #heartbeat: NodeJS.Timeout;
  #lastBeat = now();
  #lateUntil = 0;
  #lastArrival = now();
  #lastConnect = now();
  #endless = false;
  #breaks = { cut: 0, reset: 0 };
  #nextBreak: number;

  private constructor(proxy: FaultProxy, seed: number, chance: Chance) {
    this.proxy = proxy;
    this.#chance = chance;
    this.#nextBreak = now() + SETTINGS.sampleEvery;
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT);
    const plans = lanePlans(seed, chance);
    proxy.otherwise((connection) => {
      const { plan, barren, endless } = plans(connection);
      this.#connected(barren);
      this.#endless = endless;
      this.trail.add(`connect ${connection}: ${JSON.stringify(plan)}`);
      return plan;
    });
  }

  static async start(target: string, seed: number, chance: Chance): Promise<Lane> {
    return new Lane(await FaultProxy.start({ target }), seed, chance);
  }

  /** The most connects in a second. */
  get busiestSecond(): number {
    return this.#pace.busiestSecond;
  }

  /** How often all of it was broken at a random moment. */
  get breaks(): { readonly cut: number; readonly reset: number } {
    return this.#breaks;
  }

  /** An event arrived; says what is wrong with it, if anything. */
  received(id: string, data: string): string | undefined {
    this.#lastArrival = now();
    return this.ledger.received(id, data);
  }

  /** The server gave this answer to the consumer's request. */
  answered(answer: string, barren: boolean): void {
    if (barren) this.#pace.answeredBarren(now());
    this.trail.add(`server answers: ${answer}`);
  }

  /** The consumer called `reconnect()`. */
  reconnectRequested(at: number): void {
    this.#pace.requested(at);
  }

  /** What is wrong at this moment. */
  violations(): string[] {
    // Reports of the last second may still be under way.
    const found = this.#pace.violations(now() - 1000);
    if (this.ledger.missing === 0) this.#lastArrival = now();
    const drought = now() - this.#lastArrival;
    const silence = Math.min(drought, now() - this.#lastConnect);
    if (silence > SETTINGS.longestSilence) found.push(`nothing arrived or was tried for ${silence.toFixed(0)} ms`);
    if (drought > SETTINGS.longestDrought) found.push(`nothing arrived for ${drought.toFixed(0)} ms`);
    return found;
  }

  /** From now on nothing is broken any more. */
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

  #connected(barren: boolean): void {
    const at = now();
    this.#lastConnect = at;
    this.#pace.connected({ at, barren, late: at < this.#lateUntil || at - this.#lastBeat > LATE });
  }

  /** Breaks now and then what no plan would ever end, and nothing else: a stall is the consumer's to notice. */
  #beat(): void {
    const previous = this.#lastBeat;
    this.#lastBeat = now();
    // What waited for this process to be scheduled comes in now, all at once.
    if (this.#lastBeat - previous > LATE) this.#lateUntil = this.#lastBeat + LATE;
    if (this.#lastBeat < this.#nextBreak || !this.#endless || this.proxy.openConnections === 0) return;
    this.#nextBreak = this.#lastBeat + this.#chance.between(300, 2500);
    const how = this.#chance.oneIn(2) ? "cut" : "reset";
    this.#breaks[how] += 1;
    this.trail.add(`all ${how}`);
    void this.proxy.disconnectAll(how);
  }
}
