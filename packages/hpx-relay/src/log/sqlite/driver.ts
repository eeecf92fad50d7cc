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

/** Lets a statement give its rows as arrays, which cost half of the time of objects. */
export function rowsAsArrays(statement: Statement): Statement {
  const driver = statement as Statement & { raw?(): unknown; setReturnArrays?(enabled: boolean): void };
  if (driver.raw !== undefined) driver.raw();
  else if (driver.setReturnArrays !== undefined) driver.setReturnArrays(true);
  else return valuesOf(statement);
  return statement;
}

/** Node 22.13 has objects only. Their members are in the order of the columns. */
function valuesOf(statement: Statement): Statement {
  return {
    run: (...values) => statement.run(...values),
    get: (...values) => {
      const row = statement.get(...values);
      return row === undefined ? undefined : Object.values(row as object);
    },
    all: (...values) => statement.all(...values).map((row) => Object.values(row as object)),
  };
}

type NodeSqlite = { readonly DatabaseSync: new (path: string, options: { readOnly: boolean }) => Database };
type BetterSqlite = new (path: string, options: { readonly: boolean; timeout: number }) => Database;

/**
 * Node's own SQLite where it is there, better-sqlite3 elsewhere. A synchronous driver fits the work: a commit is one call, and
 * its time is the disk's.
 *
 * @throws {TransportError} `CONFIG` where there is neither
 */
export async function loadDriver(): Promise<OpenDatabase> {
  const own = quietly(() => load("node:sqlite")) as NodeSqlite | Error;
  if (!(own instanceof Error)) return (path, options) => new own.DatabaseSync(path, options);
  const better = load("better-sqlite3") as BetterSqlite | Error;
  if (typeof better === "function") return (path, { readOnly }) => new better(path, { readonly: readOnly, timeout: 0 });
  throw TransportError.config(
    "log",
    `sqlite: on Node ${process.versions.node}`,
    `install better-sqlite3 12 beside hpx-relay, or run Node 22.13 or later, which has SQLite (${better.message})`,
  );
}

/** A module that may be missing; then the error. */
function load(name: string): unknown {
  try {
    return createRequire(import.meta.url)(name);
  } catch (error) {
    return error;
  }
}

/** Node warns that its SQLite is experimental; a user of the relay has nothing to do about that. */
function quietly<T>(run: () => T): T {
  const warn = process.emitWarning.bind(process);
  try {
    process.emitWarning = () => {};
    return run();
  } finally {
    process.emitWarning = warn;
  }
}
