import { requireObject, text } from "../../checks/checkers.js";
import { readOptions, type Spec } from "../../checks/options.js";
import { type CursorRecord, readRecord } from "../record.js";
import type { Claim, CursorStore } from "../store.js";
import { checkEpoch } from "../store-problem.js";
import { evaluate, type IoredisClient, type NodeRedisClient } from "./client.js";
import { redisError, storeName } from "./problems.js";

/** Options of {@link RedisCursorStore}. */
export interface RedisCursorOptions {
  /** Begins the keys; the name follows. @defaultValue `"hpx-cursor:"` */
  prefix?: string | undefined;
}

const TABLE = { prefix: text("hpx-cursor:") } satisfies Spec<RedisCursorOptions>;

// A script runs alone on the server: what it has read is true when it writes.
const CLAIM = `
local epoch = redis.call("hincrby", KEYS[1], "epoch", 1)
return { epoch, redis.call("hget", KEYS[1], "record") }`;

/** Returns the epoch that is kept; nothing is written where it is another one. */
const SAVE = `
local epoch = redis.call("hget", KEYS[1], "epoch")
if epoch == ARGV[1] and tonumber(redis.call("hget", KEYS[1], "version") or 0) < tonumber(ARGV[2]) then
  redis.call("hset", KEYS[1], "version", ARGV[2], "record", ARGV[3])
end
return epoch`;

/**
 * Keeps each record in a hash with the fields `epoch`, `version` and `record`, which is JSON. A save is one Lua script.
 *
 * How durable a save is depends on the server:
 *
 * - `appendonly yes` and `appendfsync always`: it is on the disk when it resolves
 * - `appendfsync everysec`: a crash of the server loses the last second; with snapshots only, the last minutes
 * - a replica that takes over may lack the last saves
 *
 * Events whose saves were lost come again. After such a loss two consumers may have the same epoch, and do not fence each other.
 * The server must not evict keys (`maxmemory-policy noeviction`): an evicted record is a start from nothing.
 */
export class RedisCursorStore implements CursorStore {
  readonly #client: NodeRedisClient | IoredisClient;
  readonly #prefix: string;

  /**
   * `client` is your client, connected. It stays yours: the store does not close it.
   *
   * @throws {TransportError} `CONFIG` where `client` or an option cannot be used
   */
  constructor(client: NodeRedisClient | IoredisClient, options: RedisCursorOptions = {}) {
    requireObject("client", client, "eval");
    this.#client = client;
    this.#prefix = readOptions(undefined, options, TABLE).prefix;
  }

  /** As {@link CursorStore.claim}. @throws {TransportError} `CURSOR_STORE` */
  async claim(name: string): Promise<Claim> {
    const key = this.#prefix + name;
    try {
      const [epoch, record] = (await evaluate(this.#client, CLAIM, key, [])) as [unknown, string | null];
      return {
        epoch: Number(epoch),
        record: record === null ? undefined : readRecord(name, record, storeName(key)),
      };
    } catch (cause) {
      throw redisError(key, name, "claim", cause);
    }
  }

  /** As {@link CursorStore.save}. @throws {TransportError} `CURSOR_FENCED`; or an error that says what to do */
  async save(name: string, record: CursorRecord, { epoch }: Claim): Promise<void> {
    const key = this.#prefix + name;
    const values = [String(epoch), String(record.version), JSON.stringify(record)];
    try {
      const kept = await evaluate(this.#client, SAVE, key, values);
      checkEpoch(name, epoch, kept === null ? undefined : Number(kept));
    } catch (cause) {
      throw redisError(key, name, "save", cause);
    }
  }
}
