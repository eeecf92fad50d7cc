import { afterReading } from "../checks/turns.js";
import { LONGEST_TIMER } from "../checks/check.js";

/** A timer that is later than this, in milliseconds, says that the process stood still. */
const LATE = 50;

/**
 * Ends an exchange from outside while it runs: by the caller's signal, and by one deadline at a time.
 *
 * Timers run before sockets are read. After a blocked event loop or a stopped process every deadline has passed, while the
 * answer lies unread. So a deadline that is late gets once what it was late by: a handshake has several steps, and none
 * of them could happen. And before any deadline counts, the sockets are read.
 */
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
    if (ms > 0) this.#wait(Math.min(ms, LONGEST_TIMER), onExpire, true);
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

  #wait(ms: number, onExpire: () => void, mayExtend: boolean): void {
    const due = performance.now() + ms;
    const timer = setTimeout(() => {
      const late = performance.now() - due;
      if (mayExtend && late > LATE) this.#wait(Math.min(late, ms), onExpire, false);
      else {
        afterReading(() => {
          if (this.#timer === timer) onExpire();
        });
      }
    }, ms);
    this.#timer = timer;
  }
}
