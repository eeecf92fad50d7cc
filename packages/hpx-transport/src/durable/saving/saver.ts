import { withDeadline } from "../../checks/deadline.js";
import { type AnyTransportError, TransportError } from "../../error.js";
import { Alarm } from "../alarm.js";
import { SaveGap } from "./save-gap.js";
import { STORE_TIMEOUT, storeIsLate } from "../store-timeout.js";

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
  /** How many events are acknowledged now. */
  readonly acknowledged: () => number;
  /** Saves what is acknowledged now. */
  readonly save: () => Promise<void>;
  /** `due` changed. */
  readonly onDue: () => void;
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
  #saved: number;
  /** What a transaction under way saves: a save of less would come after it, and take the position back. */
  #savedElsewhere = 0;
  #transactions = 0;
  /** Resolves when all of them are over. */
  #elsewhere: Promise<unknown> = Promise.resolve();
  /** Set between saves: for the next one, or for the next try of one that failed. */
  readonly #nextSave = new Alarm(() => this.#onTime());
  readonly #gap: SaveGap;
  /** Set while a save is under way. */
  readonly #deadline = new Alarm(() => this.#onLate());
  #onLate: () => void = () => {};
  #saving: Promise<void> | undefined;
  #failures = 0;
  #held = false;
  #state: "open" | "over" | "fenced" = "open";
  /** From so many acknowledged events on, `acknowledged()` has something to do. It is asked for with each event. */
  #due: number;

  /** `saved`: how many events are saved already. */
  constructor(options: SaverOptions, saved: number) {
    this.#options = options;
    this.#gap = new SaveGap(options.saveEvery, () => this.#onTime());
    this.#saved = saved;
    this.#due = saved + 1;
  }

  /** How many events are saved. */
  get saved(): number {
    return this.#saved;
  }

  /** `acknowledged()` need not be called with fewer acknowledged events. */
  get due(): number {
    return this.#due;
  }

  /** Delivery waits for the store: saves at once, and gives up after a while. */
  set held(held: boolean) {
    this.#held = held;
    if (held && !this.#waitsToRetry) this.#saveNow();
    this.#setDue();
  }

  /** Events are acknowledged. */
  acknowledged(): void {
    if (!this.#hasMore || this.#saving !== undefined || this.#waitsToRetry) return;
    if (this.#state === "over" || this.#held) this.#saveNow();
    else if (this.#isDue) this.#saveAfterGap();
    else if (!this.#nextSave.isSet) this.#nextSave.set(this.#options.saveInterval);
    this.#setDue();
  }

  /** Saves `count` events by `save`, in a transaction of the caller's. @throws {Error} that of `save` */
  async saveElsewhere(count: number, save: () => Promise<void> | void): Promise<void> {
    this.#savedElsewhere = Math.max(this.#savedElsewhere, count);
    this.#transactions += 1;
    const saving = (async () => save())();
    this.#elsewhere = Promise.allSettled([this.#elsewhere, saving]);
    try {
      await saving;
      this.#saved = Math.max(this.#saved, count);
    } finally {
      this.#transactions -= 1;
      if (this.#transactions === 0) this.#savedElsewhere = 0;
      this.#setDue();
      this.acknowledged();
    }
  }

  /** Resolves when all that is acknowledged now is saved. @throws {TransportError} why it cannot be */
  async flush(): Promise<void> {
    const wanted = this.#options.acknowledged();
    while (this.#saved < wanted) {
      if (this.#saving !== undefined) await this.#saving;
      else if (this.#savedElsewhere >= wanted) await this.#elsewhere;
      else await this.#save();
    }
  }

  /**
   * The connection is over: saves what is left, and later acknowledgements at once. Resolves when that is done, or when the store
   * takes too long; never rejects.
   */
  async end(): Promise<void> {
    this.#nextSave.release();
    this.#gap.release();
    if (this.#state === "open") this.#state = "over";
    this.#setDue();
    await withDeadline(STORE_TIMEOUT, () => this.#saveTheRest(), storeIsLate).catch(() => {});
    if (this.#saving === undefined) this.#deadline.release();
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

  /** There is something to save. */
  get #hasMore(): boolean {
    return this.#state !== "fenced" && this.#options.acknowledged() > Math.max(this.#saved, this.#savedElsewhere);
  }

  /** `saveEvery` asks for a save. */
  get #isDue(): boolean {
    return this.#options.acknowledged() - this.#saved >= this.#options.saveEvery;
  }

  get #waitsToRetry(): boolean {
    return this.#failures > 0 && this.#nextSave.isSet;
  }

  #setDue(): void {
    this.#due = this.#nextDue();
    this.#options.onDue();
  }

  #nextDue(): number {
    if (this.#saving !== undefined || this.#state === "fenced" || this.#waitsToRetry || this.#gap.isWaiting)
      return Infinity;
    const isSoon = !this.#nextSave.isSet || this.#state === "over" || this.#held;
    return this.#saved + (isSoon ? 1 : this.#options.saveEvery);
  }

  #onTime(): void {
    this.#saveNow();
    this.#setDue();
  }

  #saveAfterGap(): void {
    if (!this.#gap.waits()) this.#saveNow();
  }

  #saveNow(): void {
    if (this.#saving === undefined && this.#hasMore) this.#save().catch(() => {});
  }

  /** One save, and what follows from it. Rejects where it failed. */
  async #save(): Promise<void> {
    this.#nextSave.cancel();
    this.#gap.begin();
    const saving = this.#attempt();
    this.#saving = saving;
    this.#setDue();
    try {
      await saving;
    } finally {
      this.#saving = undefined;
      this.#next();
      this.#setDue();
    }
  }

  async #attempt(): Promise<void> {
    const { acknowledged, name, onFailed, onFatal, onSaved, save } = this.#options;
    const count = acknowledged();
    try {
      await this.#inTime(save);
      this.#failures = 0;
      this.#saved = Math.max(this.#saved, count);
    } catch (cause) {
      const fenced = TransportError.is(cause, "CURSOR_FENCED");
      const error = fenced ? cause : TransportError.cursorStore(name, "save", { cause });
      this.#failures += 1;
      if (fenced) this.#state = "fenced";
      if (fenced || (this.#held && this.#failures >= FAILURES_WHILE_HELD)) {
        this.#held = false;
        onFatal(error);
      } else {
        onFailed(error);
      }
      throw error;
    } finally {
      if (this.#state === "open") this.#deadline.cancel();
      else this.#deadline.release();
    }
    onSaved();
  }

  /** As `withDeadline`, without a timer of its own. */
  #inTime(save: () => Promise<void>): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#onLate = () => reject(storeIsLate());
      this.#deadline.set(STORE_TIMEOUT);
      save().then(resolve, reject);
    });
  }

  /** After a save: the next one, where there is more to save. */
  #next(): void {
    if (!this.#hasMore) return;
    const { saveInterval } = this.#options;
    const { first, longest } = RETRY_DELAY;
    if (this.#failures > 0) {
      // When the connection is over, only a consumer that waits for the store needs another try.
      if (this.#state === "over" && !this.#held) return;
      this.#nextSave.set(Math.min(longest, first * 2 ** (this.#failures - 1)));
    } else if (this.#held || this.#state === "over") {
      this.#saveNow();
    } else if (this.#isDue) {
      this.#saveAfterGap();
    } else {
      this.#nextSave.set(saveInterval);
    }
  }
}
