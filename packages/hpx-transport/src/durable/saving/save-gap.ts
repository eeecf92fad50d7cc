import { Alarm } from "../alarm.js";

/** Milliseconds for each event of `saveEvery`, and at most. */
const GAP = { perEvent: 0.02, longest: 20 };

/**
 * The time between two saves that `saveEvery` asks for. At millions of events a second, a save after each thousand would cost more
 * than the events; below 50,000 a second, and with a `saveEvery` under 50, it changes nothing.
 */
export class SaveGap {
  readonly #length: number;
  readonly #alarm: Alarm;
  /** When the last save began. */
  #began = -Infinity;

  /** `onOver` is called after a wait. */
  constructor(saveEvery: number, onOver: () => void) {
    this.#length = Math.min(GAP.longest, Math.floor(GAP.perEvent * saveEvery));
    this.#alarm = new Alarm(onOver);
  }

  /** A save that is due waits for the end of the gap. */
  get isWaiting(): boolean {
    return this.#alarm.isSet;
  }

  /** A save begins: none waits any more. */
  begin(): void {
    this.#alarm.cancel();
    if (this.#length > 0) this.#began = performance.now();
  }

  /** A save is due. Waits where the last one began too short a time ago; `false` where it may begin now. */
  waits(): boolean {
    const rest = this.#length === 0 ? 0 : Math.ceil(this.#began + this.#length - performance.now());
    if (rest > 0) this.#alarm.set(rest);
    return rest > 0;
  }

  /** No timer is left. */
  release(): void {
    this.#alarm.release();
  }
}
