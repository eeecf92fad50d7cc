import type { Aligner } from "./align/align.js";
import type { LogEnd, Stop } from "./log-end.js";
import type { Turns } from "./turns.js";

/** How often it is looked whether held events wait, in milliseconds, and after how many looks they count as new. */
const LOOK = 500;
const LOOKS = 8;

/**
 * Decides about events that an aligner holds, four seconds after they came, where the source sends nothing that tells more. It
 * counts looks and not time: after a process was stopped, what the source sent meanwhile is read before the next look.
 */
export class Doubt {
  readonly #parts: { readonly end: LogEnd; readonly aligner: Aligner; readonly turns: Turns };
  readonly #onStop: (stop: Stop) => void;
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;

  /** `onStop` is told why no more can be appended. */
  constructor(
    parts: { readonly end: LogEnd; readonly aligner: Aligner; readonly turns: Turns },
    onStop: (stop: Stop) => void,
  ) {
    this.#parts = parts;
    this.#onStop = onStop;
  }

  /** Called after events were aligned. */
  watch(): void {
    if (this.#timer !== undefined || !this.#parts.aligner.isInDoubt) return;
    this.#looks = 0;
    this.#timer = setInterval(() => void this.#look(), LOOK);
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    const { aligner, end, turns } = this.#parts;
    this.#looks += 1;
    if (aligner.isInDoubt && this.#looks < LOOKS) return;
    this.stop();
    const stop = await turns.take(async () => {
      // What came meanwhile may have decided it.
      const messages = aligner.isInDoubt ? aligner.decide(Date.now()) : [];
      return messages.length > 0 ? await end.append(messages) : undefined;
    });
    if (stop !== undefined) this.#onStop(stop);
  }
}
