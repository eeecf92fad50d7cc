import { requireObject } from "../../checks/checkers.js";
import type { CursorRecord } from "../record.js";
import type { Claim, CursorStore } from "../store.js";
import { checkEpoch } from "../store-problem.js";
import { decode, encode, type Kept, keyOf, type NatsKv, type NatsKvEntry } from "./entry.js";
import { isConflict, natsError } from "./problems.js";

/** Writes that were refused because another one came first, in a row, after which the store gives up: it is tried again later. */
const CONFLICTS = 50;

/**
 * Keeps each record as an entry of a bucket: JSON with `epoch`, `version` and `record`. Each write names the revision that it
 * replaces: the server refuses one of two at the same time, and the store reads the entry again.
 *
 * How durable a save is depends on the server: it acknowledges what it has written to its files, and syncs them every two
 * minutes unless `sync_interval: always` is set. A power cut may lose the saves since then, on one server, or with three replicas
 * on two of them at once; those events come again. A bucket in memory, or with a `ttl`, is no place for records.
 *
 * In a cluster, make the bucket with `allow_direct: false`: otherwise any replica may answer a read, with an old entry. Its servers
 * must be 2.10 or later: older ones accept two writes at the same time that name one revision, so that two claims may get one epoch.
 * A record may not be longer than `max_payload` of the server, which is 1 MB.
 */
export class NatsCursorStore implements CursorStore {
  readonly #kv: NatsKv;

  /**
   * `kv` is your bucket. Its connection stays yours: the store does not close it.
   *
   * @throws {TransportError} `CONFIG` where `kv` cannot be used
   */
  constructor(kv: NatsKv) {
    requireObject("kv", kv, "get", "create", "update");
    this.#kv = kv;
  }

  /** As {@link CursorStore.claim}. @throws {TransportError} `CURSOR_STORE` */
  async claim(name: string): Promise<Claim> {
    const { epoch, record } = await this.#replace(name, "claim", (kept) => ({
      ...kept,
      epoch: (kept?.epoch ?? 0) + 1,
      version: kept?.version ?? 0,
    }));
    return { epoch, record };
  }

  /** As {@link CursorStore.save}. @throws {TransportError} `CURSOR_FENCED`; or an error that says what to do */
  async save(name: string, record: CursorRecord, { epoch }: Claim): Promise<void> {
    const { version } = record;
    await this.#replace(name, "save", (kept) => {
      checkEpoch(name, epoch, kept?.epoch);
      return kept !== undefined && kept.version >= version ? kept : { epoch, version, record };
    });
  }

  /** Writes what `next` makes of what is kept, unless that is the same, and resolves with it. */
  async #replace(name: string, operation: "claim" | "save", next: (kept: Kept | undefined) => Kept): Promise<Kept> {
    const key = keyOf(name);
    try {
      for (let conflicts = 0; ; conflicts += 1) {
        const entry = await this.#kv.get(key);
        const kept = decode(key, name, entry);
        const wanted = next(kept);
        if (wanted === kept) return kept;
        try {
          await this.#write(key, entry, encode(wanted));
          return wanted;
        } catch (cause) {
          if (!isConflict(cause) || conflicts === CONFLICTS) throw cause;
        }
      }
    } catch (cause) {
      throw natsError(key, name, operation, cause);
    }
  }

  #write(key: string, entry: NatsKvEntry | null, value: Uint8Array): Promise<number> {
    return entry === null ? this.#kv.create(key, value) : this.#kv.update(key, value, entry.revision);
  }
}
