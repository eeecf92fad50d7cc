import { createRequire } from "node:module";
import { TransportError } from "hpx-transport";

/** A database, as `node:sqlite` and better-sqlite3 both have it. */
export interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): void;
}

/** A prepared statement of either. */
export interface Statement {
  run(...values: readonly SqlValue[]): unknown;
  get(...values: readonly SqlValue[]): unknown;
  all(...values: readonly SqlValue[]): unknown[];
}

/** A value of a column. */
export type SqlValue = string | number | null | Uint8Array;

/** Opens databases by one of the two drivers. */
export type OpenDatabase = (path: string, options: { readonly readOnly: boolean }) => Database;

type NodeSqlite = { readonly DatabaseSync: new (path: string, options: { readOnly: boolean }) => Database };
type BetterSqlite = new (path: string, options: { readonly: boolean; timeout: number }) => Database;

/** A synchronous driver fits the work: a commit is one call, and its time is the disk's. */
export async function loadDriver(): Promise<OpenDatabase> {
  const better = await import("better-sqlite3" as string).then(
    (module) => (module as { readonly default: BetterSqlite }).default,
    (error: unknown) => error as Error,
  );
  if (typeof better === "function") return (path, { readOnly }) => new better(path, { readonly: readOnly, timeout: 0 });
  const own = loadOwn();
  if (own !== undefined) return (path, options) => new own.DatabaseSync(path, options);
  throw TransportError.config(
    "log",
    `sqlite: on Node ${process.versions.node}`,
    `install better-sqlite3 12 beside hpx-relay, or run Node 22.13 or later, which has SQLite (${better.message})`,
  );
}

/** Node's own SQLite, without its warning; `undefined` where there is none. */
function loadOwn(): NodeSqlite | undefined {
  const { emitWarning } = process;
  try {
    process.emitWarning = () => {};
    return createRequire(import.meta.url)("node:sqlite") as NodeSqlite;
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}
