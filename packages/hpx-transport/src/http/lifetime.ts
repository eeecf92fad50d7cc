import { LONGEST_TIMER } from "../checks/check.js";

/** Ends an exchange from outside while it runs: by the caller's signal, and by one deadline at a time. */
export class Lifetime {
  readonly #signal: AbortSignal;
  readonly #onAbort: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `onAbort` gets the signal's reason. */
  constructor(signal: AbortSignal, onAbort: (reason: unknown) => void) {
    this.#signal = signal;
    this.#onAbort = () => onAbort(signal.reason);
    signal.addEventListener("abort", this.#onAbort);
  }

  /** Replaces the deadline, if there is one, by one in `ms` milliseconds; 0 means none. */
  setDeadline(ms: number, onExpire: () => void): void {
    this.clearDeadline();
    if (ms > 0) this.#timer = setTimeout(onExpire, Math.min(ms, LONGEST_TIMER));
  }

  clearDeadline(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Leaves neither a timer nor a listener behind. */
  end(): void {
    this.clearDeadline();
    this.#signal.removeEventListener("abort", this.#onAbort);
  }
}
