import { hasMethod, requireObject, text } from "../../checks/checkers.js";
import { TransportError } from "../../error.js";
import { type CursorRecord, readRecord } from "../record.js";
import type { Claim, CursorStore } from "../store.js";

/** The part of a node-redis client, or cluster, that is used. */
export interface NodeRedisClient {
  /** Runs a Lua script. */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** The part of an ioredis client, or cluster, that is used. */
export interface IoredisClient {
  /** Runs a Lua script. */
  eval(script: string, keys: number, ...keysAndArguments: string[]): Promise<unknown>;
  /** Runs any command; node-redis has no such method. */
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** Options of {@link RedisCursorStore}. */
export interface RedisCursorOptions {
  /** Begins the keys. @defaultValue `"hpx-cursor:"` */
  prefix?: string | undefined;
}

// A script runs alone on the server: what it checks is true when it writes.
const CLAIM = `
local epoch = redis.call("hincrby", KEYS[1], "epoch", 1)
return { epoch, redis.call("hget", KEYS[1], "record") }`;
const SAVE = `
if redis.call("hget", KEYS[1], "epoch") ~= ARGV[1] then return 0 end
if tonumber(redis.call("hget", KEYS[1], "version") or 0) < tonumber(ARGV[2]) then
  redis.call("hset", KEYS[1], "version", ARGV[2], "record", ARGV[3])
end
return 1`;

/**
 * Keeps each record in a hash with the fields `epoch`, `version` and `record`, which is JSON. A save is one Lua script.
 *
 * How durable a save is depends on the server. With `appendonly yes` and `appendfsync always` it is on the disk when it
 * resolves. With `everysec` a crash of the server loses the last second, with snapshots only the last minutes, and a replica
 * that takes over may lack the last saves: those events come again. After such a loss two consumers may have the same epoch.
 * Use a server, or a database of it, that evicts no keys (`maxmemory-policy noeviction`): an evicted record is a start from
 * nothing.
 */
export class RedisCursorStore implements CursorStore {
  readonly #client: NodeRedisClient | IoredisClient;
  readonly #prefix: string;

  /**
   * `client` stays yours: the store does not close it.
   *
   * @throws {TransportError} `CONFIG` where `client` or an option cannot be used
   */
  constructor(client: NodeRedisClient | IoredisClient, options: RedisCursorOptions = {}) {
    requireObject("client", client, "eval");
    this.#client = client;
    this.#prefix = text("hpx-cursor:")("prefix", options.prefix);
  }

  /** As {@link CursorStore.claim}. @throws {TransportError} `CURSOR_STORE`; or an error of the client */
  async claim(name: string): Promise<Claim> {
    const [epoch, record] = (await this.#eval(CLAIM, name)) as [number, string | null];
    return { epoch: Number(epoch), record: record === null ? undefined : readRecord(name, record) };
  }

  /** As {@link CursorStore.save}. @throws {TransportError} `CURSOR_FENCED`; or an error of the client */
  async save(name: string, record: CursorRecord, { epoch }: Claim): Promise<void> {
    const saved = await this.#eval(SAVE, name, String(epoch), String(record.version), JSON.stringify(record));
    if (Number(saved) === 0) throw TransportError.cursorFenced(name);
  }

  #eval(script: string, name: string, ...values: string[]): Promise<unknown> {
    const key = this.#prefix + name;
    const client = this.#client;
    return isIoredis(client)
      ? client.eval(script, 1, key, ...values)
      : client.eval(script, { keys: [key], arguments: values });
  }
}

function isIoredis(client: NodeRedisClient | IoredisClient): client is IoredisClient {
  return hasMethod(client, "call");
}
