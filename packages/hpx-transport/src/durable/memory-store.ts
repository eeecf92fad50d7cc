import { TransportError } from "../error.js";
import { type CursorRecord, readRecord } from "./record.js";
import type { Claim, CursorStore } from "./store.js";

/** Keeps records in memory, as JSON: for tests, and for positions that need to outlive a connection only. */
export class MemoryCursorStore implements CursorStore {
  readonly #kept = new Map<string, { epoch: number; version: number; text: string | undefined }>();

  /** As {@link CursorStore.claim}. */
  async claim(name: string): Promise<Claim> {
    const { epoch = 0, version = 0, text } = this.#kept.get(name) ?? {};
    const record = text === undefined ? undefined : readRecord(name, text);
    this.#kept.set(name, { epoch: epoch + 1, version, text });
    return { epoch: epoch + 1, record };
  }

  /** As {@link CursorStore.save}. */
  async save(name: string, record: CursorRecord, { epoch }: Claim): Promise<void> {
    const kept = this.#kept.get(name);
    if (kept?.epoch !== epoch) throw TransportError.cursorFenced(name);
    if (record.version <= kept.version) return;
    this.#kept.set(name, { epoch, version: record.version, text: JSON.stringify(record) });
  }
}
