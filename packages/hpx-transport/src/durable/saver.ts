import { withDeadline } from "../checks/deadline.js";
import { type AnyTransportError, TransportError } from "../error.js";
import { STORE_TIMEOUT, storeIsLate } from "./store-timeout.js";

/** Milliseconds before a failed save is tried again: at first, and at most. */
const RETRY_DELAY = { first: 100, longest: 5000 };
/** Failed saves in a row while delivery waits for the store that end the connection: about half a minute. */
const FAILURES_WHILE_HELD = 10;
/** Saves that are tried when the connection is over. */
const TRIES_AT_THE_END = 3;

export interface SaverOptions {
  readonly name: string;
  readonly saveEvery: number;
  readonly saveInterval: number;
  /** Saves what is acknowledged now; resolves with how many events that are. */
  readonly save: () => Promise<number>;
  /** A save succeeded. */
  readonly onSaved: () => void;
  /** A save failed, and is tried again. */
  readonly onFailed: (error: AnyTransportError) => void;
  /** The name was claimed by another, or the store failed for too long. */
  readonly onFatal: (error: AnyTransportError) => void;
}

/** Decides when to save: one save is under way at a time, and the next one saves the newest state. */
export class Saver {
  readonly #options: SaverOptions;
  #acknowledged: number;
  #saved: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | undefined;
  #failures = 0;
  #held = false;
  #state: "open" | "over" | "fenced" = "open";

  /** `saved`: how many events are saved already. */
  constructor(options: SaverOptions, saved: number) {
    this.#options = options;
    this.#acknowledged = saved;
    this.#saved = saved;
  }

  /** How many events are saved. */
  get saved(): number {
    return this.#saved;
  }

  /** Delivery waits for the store: saves at once, and gives up after a while. */
  set held(held: boolean) {
    this.#held = held;
    if (held && this.#failures === 0) this.#saveNow();
  }

  /** `count` events are acknowledged. */
  acknowledged(count: number): void {
    this.#acknowledged = count;
    if (this.#state === "fenced" || this.#saving !== undefined || count <= this.#saved) return;
    // After a failure, the timer of the next try is set.
    if (this.#failures > 0 && this.#timer !== undefined) return;
    if (this.#state === "over" || this.#held || count - this.#saved >= this.#options.saveEvery) this.#saveNow();
    else this.#timer ??= setTimeout(() => this.#saveNow(), this.#options.saveInterval);
  }

  /** `count` events were saved in a transaction of the caller's. */
  savedElsewhere(count: number): void {
    this.#saved = Math.max(this.#saved, count);
  }

  /** Resolves when all that is acknowledged now is saved. @throws {TransportError} why it cannot be */
  async flush(): Promise<void> {
    const wanted = this.#acknowledged;
    while (this.#saved < wanted) await (this.#saving ?? this.#save());
  }

  /**
   * The connection is over: saves what is left, and later acknowledgements at once. Resolves when that is done, or when the store
   * takes too long; never rejects.
   */
  async end(): Promise<void> {
    this.#clearTimer();
    if (this.#state === "open") this.#state = "over";
    await withDeadline(STORE_TIMEOUT, () => this.#saveTheRest(), storeIsLate).catch(() => {});
  }

  async #saveTheRest(): Promise<void> {
    for (let tries = 1; this.#state === "over"; tries += 1) {
      try {
        return await this.flush();
      } catch {
        if (tries === TRIES_AT_THE_END) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY.first));
      }
    }
  }

  #saveNow(): void {
    if (this.#saving !== undefined || this.#acknowledged <= this.#saved) return;
    this.#save().catch(() => {});
  }

  /** One save, and what follows from it. Rejects where it failed. */
  async #save(): Promise<void> {
    this.#clearTimer();
    const saving = this.#attempt();
    this.#saving = saving;
    try {
      await saving;
    } finally {
      this.#saving = undefined;
      this.#next();
    }
  }

  async #attempt(): Promise<void> {
    const { name, onFailed, onFatal, onSaved, save } = this.#options;
    try {
      const count = await withDeadline(STORE_TIMEOUT, save, storeIsLate);
      this.#failures = 0;
      this.#saved = Math.max(this.#saved, count);
    } catch (cause) {
      const fenced = TransportError.is(cause, "CURSOR_FENCED");
      const error = fenced ? cause : TransportError.cursorStore(name, "save", { cause });
      this.#failures += 1;
      if (fenced) this.#state = "fenced";
      if (fenced || (this.#held && this.#failures >= FAILURES_WHILE_HELD)) onFatal(error);
      else onFailed(error);
      throw error;
    }
    onSaved();
  }

  /** After a save: the next one, where there is more to save. */
  #next(): void {
    if (this.#state === "fenced" || this.#acknowledged <= this.#saved) return;
    if (this.#state === "over") return this.#failures === 0 ? this.#saveNow() : undefined;
    const { saveEvery, saveInterval } = this.#options;
    const { first, longest } = RETRY_DELAY;
    if (this.#failures > 0) {
      this.#timer = setTimeout(() => this.#saveNow(), Math.min(longest, first * 2 ** (this.#failures - 1)));
    } else if (this.#held || this.#acknowledged - this.#saved >= saveEvery) {
      this.#saveNow();
    } else {
      this.#timer = setTimeout(() => this.#saveNow(), saveInterval);
    }
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
