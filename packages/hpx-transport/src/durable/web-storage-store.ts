import { objectWith, requireObject } from "../checks/checkers.js";
import { TransportError } from "../error.js";
import { type CursorRecord, readRecord } from "./record.js";
import type { Claim, CursorStore } from "./store.js";

/** The part of `localStorage` that is used. */
export interface WebStorage {
  /** The text under `key`; `null` for none. */
  getItem(key: string): string | null;
  /** Keeps `value` under `key`. */
  setItem(key: string, value: string): void;
}

/**
 * Keeps records in a page's `localStorage`. Tabs share it, and it has no transactions: of two tabs that claim a name at the same
 * moment, one finds out at its next save. Use a name for each tab, or a lock (`navigator.locks`), where that matters.
 */
export class WebStorageCursorStore implements CursorStore {
  readonly #storage: WebStorage | undefined;
  readonly #prefix: string;

  /**
   * `storage` is `localStorage` unless given; `prefix` begins its keys.
   *
   * @throws {TransportError} `CONFIG` where there is no storage
   */
  constructor(storage?: WebStorage, prefix = "hpx-cursor:") {
    objectWith("getItem", "setItem")("storage", storage);
    this.#storage = storage;
    this.#prefix = prefix;
    requireObject("storage", this.#used, "getItem", "setItem");
  }

  /** As {@link CursorStore.claim}. */
  async claim(name: string): Promise<Claim> {
    const epoch = this.#epoch(name) + 1;
    const text = this.#used.getItem(this.#key(name, "record"));
    const record = text === null ? undefined : readRecord(name, text);
    this.#used.setItem(this.#key(name, "epoch"), String(epoch));
    return { epoch, record };
  }

  /** As {@link CursorStore.save}. */
  async save(name: string, record: CursorRecord, { epoch }: Claim): Promise<void> {
    if (this.#epoch(name) !== epoch) throw TransportError.cursorFenced(name);
    const text = this.#used.getItem(this.#key(name, "record"));
    if (text !== null && readRecord(name, text).version >= record.version) return;
    this.#used.setItem(this.#key(name, "record"), JSON.stringify(record));
  }

  /** Looked up each time: a page may take it away. */
  get #used(): WebStorage {
    return this.#storage ?? (globalThis as { localStorage?: WebStorage }).localStorage ?? (undefined as never);
  }

  #epoch(name: string): number {
    const text = this.#used.getItem(this.#key(name, "epoch")) ?? "0";
    const epoch = Number(text);
    if (Number.isSafeInteger(epoch) && epoch >= 0) return epoch;
    throw TransportError.cursorStore(name, "claim", {
      message: "its epoch is damaged; delete it to start anew",
      retryable: false,
    });
  }

  #key(name: string, part: "epoch" | "record"): string {
    return `${this.#prefix}${name}:${part}`;
  }
}
