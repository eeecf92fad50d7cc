import { hasMethod } from "../../checks/checkers.js";

/** The part of a client of node-redis (`redis`, `@redis/client`), or of a cluster of it, that is used. */
export interface NodeRedisClient {
  /** Runs a Lua script. */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** The part of a client of ioredis, or of a cluster of it, that is used. */
export interface IoredisClient {
  /** Runs a Lua script. */
  eval(script: string, keys: number, ...keysAndValues: string[]): Promise<unknown>;
  /** Runs any command; clients of node-redis have no such method. */
  call(command: string, ...values: string[]): Promise<unknown>;
}

/** Runs a script over one key. */
export function evaluate(
  client: NodeRedisClient | IoredisClient,
  script: string,
  key: string,
  values: string[],
): Promise<unknown> {
  return isIoredis(client)
    ? client.eval(script, 1, key, ...values)
    : client.eval(script, { keys: [key], arguments: values });
}

function isIoredis(client: NodeRedisClient | IoredisClient): client is IoredisClient {
  return hasMethod(client, "call");
}
