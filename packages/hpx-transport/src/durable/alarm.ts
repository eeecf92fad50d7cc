/**
 * A timer that is set and cancelled with each save, thousands of times a second. Node's timers are refreshed, and a cancelled one
 * is left to run out: to remove a timer that is the only one of its length, and to add it again, costs more than a save.
 */
export class Alarm {
  readonly #onTime: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delay = 0;
  #isSet = false;

  /** `onTime` is called when the time is over. */
  constructor(onTime: () => void) {
    this.#onTime = onTime;
  }

  get isSet(): boolean {
    return this.#isSet;
  }

  /** In `delay` milliseconds from now, whatever it was set to before. */
  set(delay: number): void {
    this.#isSet = true;
    const timer = this.#timer as { refresh?: () => void } | undefined;
    if (timer?.refresh !== undefined && delay === this.#delay) {
      timer.refresh();
      return;
    }
    clearTimeout(this.#timer);
    this.#delay = delay;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#isSet) return;
      this.#isSet = false;
      this.#onTime();
    }, delay);
  }

  cancel(): void {
    this.#isSet = false;
  }

  /** As `cancel`, and no timer is left that would keep the process up. */
  release(): void {
    this.#isSet = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
