import type { StorePlan } from "../../durable/processes/open-store.js";
import type { OpenedDatabase } from "./opened-database.js";
import { openBetterSqlite, openNodeSqlite } from "./sqlite.js";

const OPENERS: Readonly<Record<string, (place: string) => Promise<OpenedDatabase>>> = {
  "node:sqlite": openNodeSqlite,
  "better-sqlite3": openBetterSqlite,
};

/** Opens a database, and a store in it. */
export async function openDatabase({ kind, place }: StorePlan): Promise<OpenedDatabase> {
  const open = OPENERS[kind];
  if (open === undefined) throw new Error(`no store ${kind}`);
  return open(place);
}
