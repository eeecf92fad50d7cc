import type { OpenedStore, StorePlan } from "../../durable/processes/open-store.js";
import { openNats, openOldNats } from "./nats.js";
import { openPg, openPostgresJs } from "./postgres.js";
import { openIoredis, openNodeRedis } from "./redis.js";
import { betterSqlite, nodeSqlite, openedSqlite } from "./sqlite.js";

const OPENERS = {
  "node:sqlite": async (path: string) => openedSqlite(nodeSqlite(path)),
  "better-sqlite3": async (path: string) => openedSqlite(betterSqlite(path)),
  pg: openPg,
  postgres: openPostgresJs,
  "@redis/client": openNodeRedis,
  ioredis: openIoredis,
  "@nats-io/kv": openNats,
  nats: openOldNats,
} satisfies Readonly<Record<string, (place: string) => Promise<OpenedStore>>>;

/** The clients, by their packages. */
export type Kind = keyof typeof OPENERS;

/** Opens a database with the client `kind`, and a store in it. */
export async function openDatabase({ kind, place }: StorePlan): Promise<OpenedStore> {
  const opener = OPENERS[kind as Kind] as ((place: string) => Promise<OpenedStore>) | undefined;
  if (opener === undefined) throw new Error(`there is no store ${kind} here`);
  return opener(place);
}
