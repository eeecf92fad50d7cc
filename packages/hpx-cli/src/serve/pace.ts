import { setTimeout as sleep } from "node:timers/promises";
import { LONGEST_TIMER } from "../duration.js";
import { shown, wrongValue } from "../usage.js";

/** How fast a recording is played: 1 as recorded, 10 ten times as fast, Infinity without any wait. */
export function parseSpeed(text: string): number {
  const speed = text === "max" ? Infinity : Number(text.replace(/x$/, ""));
  if (speed > 0) return speed;
  throw wrongValue("--speed", shown(text), "it takes a factor such as 0.5, 1 or 10, or max");
}

/** Turns recorded times into waits. */
export class Pace {
  readonly #start = performance.now();
  readonly #origin: number;
  readonly #speed: number;
  readonly #signal: AbortSignal;

  /** `origin` is the recorded time that is now. */
  constructor(origin: number, speed: number, signal: AbortSignal) {
    this.#origin = origin;
    this.#speed = speed;
    this.#signal = signal;
  }

  /** Waits until the recorded time `t` has come; rejects when the signal fires. */
  async until(t: number): Promise<void> {
    this.#signal.throwIfAborted();
    const wait = (t - this.#origin) / this.#speed - (performance.now() - this.#start);
    if (wait >= 1) await sleep(Math.min(wait, LONGEST_TIMER), undefined, { signal: this.#signal });
  }
}
