import type { Hint, HintStore } from "../log/log.js";
import type { LogEnd } from "./log-end.js";

/** How often cursors are copied, in milliseconds. */
const INTERVAL = 30_000;

/** A source with its end in the log, if it is run here. */
export interface Hinted {
  readonly settings: { readonly name: string };
  readonly end: Pick<LogEnd, "known"> | undefined;
}

/**
 * Copies the cursors that moved since the last time to a store beside the log. They are read only where the log has nothing of a
 * source, because an operator purged it: see `LogEnd.takeUp`.
 */
export class HintKeeper {
  readonly #store: HintStore;
  readonly #sources: () => readonly Hinted[];
  readonly #written = new Map<string, Hint>();
  readonly #timer: NodeJS.Timeout;

  constructor(store: HintStore, sources: () => readonly Hinted[], interval: number = INTERVAL) {
    this.#store = store;
    this.#sources = sources;
    this.#timer = setInterval(() => void this.write(), interval);
  }

  /** Writes what moved. Never rejects: what could not be written is written the next time. */
  async write(): Promise<void> {
    const moved = new Map<string, Hint>();
    for (const { settings, end } of this.#sources()) {
      if (end?.known !== undefined && end.known !== this.#written.get(settings.name))
        moved.set(settings.name, end.known);
    }
    if (moved.size === 0) return;
    try {
      await this.#store.write(moved);
      for (const [name, hint] of moved) this.#written.set(name, hint);
    } catch {
      // The log is away, or the rights are missing: the relay works without.
    }
  }

  /** Writes no more. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
