import { requireObject } from "../../checks/checkers.js";
import { TransportError } from "../../error.js";
import { type CursorRecord, readRecord } from "../record.js";
import type { Claim, CursorStore } from "../store.js";

/** An entry of a bucket. */
export interface NatsKvEntry {
  /** Its bytes. */
  readonly value: Uint8Array;
  /** Which write of the bucket made it. */
  readonly revision: number;
  /** Whether the key was written, or deleted. */
  readonly operation: "PUT" | "DEL" | "PURGE";
}

/** The part of a bucket that is used. */
export interface NatsKv {
  /** The last entry of a key; `null` for none. */
  get(key: string): Promise<NatsKvEntry | null>;
  /** Writes a key that is not there, and resolves with the revision. */
  create(key: string, value: Uint8Array): Promise<number>;
  /** Writes a key whose last revision is `revision`, and resolves with the new one. */
  update(key: string, value: Uint8Array, revision: number): Promise<number>;
}

/** What a key holds. */
interface Kept {
  readonly epoch: number;
  readonly version: number;
  readonly record?: unknown;
}

/**
 * Keeps each record as an entry of a bucket: JSON with `epoch`, `version` and `record`. Each write names the revision that it
 * replaces, so of two at the same time one is refused, and looks again.
 *
 * How durable a save is depends on the server: an entry is acknowledged when it is written to its files, which are synced every
 * two minutes unless `sync_interval: always` is set. A power cut may lose the last saves, and those events come again. With
 * three replicas it takes that on two servers at once. A bucket with `storage: memory`, or with a `ttl`, is no place for records.
 *
 * A key has letters, digits and `-` of the name, and `=` with a hexadecimal number for each other byte. A record may not be
 * longer than the server's `max_payload`, 1 MB.
 */
export class NatsCursorStore implements CursorStore {
  readonly #kv: NatsKv;
  /** The revision that the next save of a name replaces. */
  readonly #revisions = new Map<string, number>();

  /**
   * `kv` is your bucket; it stays yours.
   *
   * @throws {TransportError} `CONFIG` where `kv` cannot be used
   */
  constructor(kv: NatsKv) {
    requireObject("kv", kv, "get", "create", "update");
    this.#kv = kv;
  }

  /** As {@link CursorStore.claim}. @throws {TransportError} `CURSOR_STORE`; or an error of the client */
  async claim(name: string): Promise<Claim> {
    for (;;) {
      const entry = await this.#kv.get(keyOf(name));
      const { epoch: before, version, record: value } = read(name, "claim", entry);
      const record = value === undefined ? undefined : readRecord(name, value);
      const epoch = before + 1;
      if (await this.#replace(name, entry, { epoch, version, record })) return { epoch, record };
    }
  }

  /** As {@link CursorStore.save}. @throws {TransportError} `CURSOR_FENCED`; or an error of the client */
  async save(name: string, record: CursorRecord, { epoch }: Claim): Promise<void> {
    const { version } = record;
    for (;;) {
      const entry = await this.#kv.get(keyOf(name));
      const kept = read(name, "save", entry);
      if (kept.epoch !== epoch) throw TransportError.cursorFenced(name);
      if (kept.version >= version) return;
      if (await this.#replace(name, entry, { epoch, version, record })) return;
    }
  }

  /** Writes in place of `entry`; `false` where another was faster. */
  async #replace(name: string, entry: NatsKvEntry | null, kept: Kept): Promise<boolean> {
    const key = keyOf(name);
    const value = new TextEncoder().encode(JSON.stringify(kept));
    try {
      if (entry === null) await this.#kv.create(key, value);
      else await this.#kv.update(key, value, entry.revision);
      return true;
    } catch (error) {
      // The clients name this refusal differently; what the key holds now tells it from others.
      const now = await this.#kv.get(key);
      if (now?.revision === entry?.revision) throw error;
      return false;
    }
  }
}

function read(name: string, operation: "claim" | "save", entry: NatsKvEntry | null): Kept {
  if (entry === null || entry.operation !== "PUT") return { epoch: 0, version: 0 };
  try {
    const kept = JSON.parse(new TextDecoder().decode(entry.value)) as Kept;
    if (Number.isSafeInteger(kept.epoch) && Number.isSafeInteger(kept.version)) return kept;
  } catch {
    // Told below.
  }
  throw TransportError.cursorStore(name, operation, {
    message: `its entry ${keyOf(name)} is damaged; restore it, or delete it to start anew from the option lastEventId`,
    retryable: false,
  });
}

function keyOf(name: string): string {
  let key = "";
  for (const byte of new TextEncoder().encode(name)) {
    const character = String.fromCharCode(byte);
    key += /[\w-]/.test(character) ? character : `=${byte.toString(16).padStart(2, "0")}`;
  }
  return key;
}
