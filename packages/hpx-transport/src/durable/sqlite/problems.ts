import { WRONG_TABLE } from "../sql/options.js";
import { problemError } from "../store-problem.js";

/** SQLite's result codes, as node:sqlite gives them: the lowest byte of `errcode`. better-sqlite3 gives their names. */
const NAMES: Readonly<Record<number, string>> = {
  1: "ERROR",
  5: "BUSY",
  6: "LOCKED",
  8: "READONLY",
  10: "IOERR",
  11: "CORRUPT",
  13: "FULL",
  14: "CANTOPEN",
  19: "CONSTRAINT",
  20: "MISMATCH",
  23: "AUTH",
  26: "NOTADB",
};

const BUSY = "another connection writes to the database; set pragma busy_timeout to wait longer for it";
const DAMAGED = "the file is damaged, or is no database; restore it from a copy";

const WAYS_OUT: Readonly<Record<string, string>> = {
  BUSY,
  LOCKED: BUSY,
  CORRUPT: DAMAGED,
  NOTADB: DAMAGED,
  READONLY: "the database is read-only; open it for writing, and check the owner of its file and folder",
  CANTOPEN: "the file cannot be opened; check its path, and the owner of its folder",
  AUTH: "the handle may not do it; change its authorizer",
  FULL: "the disk is full, or max_page_count is reached; free space",
  IOERR: "the disk failed; the save is tried again",
  ERROR: WRONG_TABLE,
  CONSTRAINT: WRONG_TABLE,
  MISMATCH: WRONG_TABLE,
  closed: "the handle is closed; close it after the connection",
  transaction: "a transaction is open on the handle; this waits for its end, and saveIn takes part in it",
};

/** Codes whose cause lasts until something is changed. */
const LASTING = new Set([
  "READONLY",
  "CANTOPEN",
  "CORRUPT",
  "NOTADB",
  "AUTH",
  "ERROR",
  "CONSTRAINT",
  "MISMATCH",
  "closed",
]);

/** The error of an operation; `begun`: its own transaction had begun. */
export function sqliteError(
  table: string,
  name: string,
  operation: "claim" | "save",
  cause: unknown,
  begun: boolean,
): Error {
  const found = codeOf(cause);
  // All that `begin` itself can be wrong about is a transaction that is open.
  const code = found === "ERROR" && !begun ? "transaction" : found;
  const problem = { store: storeName(table), wayOut: WAYS_OUT[code], isLasting: LASTING.has(code) };
  return problemError(name, operation, cause, problem);
}

/** The store in errors. */
export function storeName(table: string): string {
  return `SqliteCursorStore ${JSON.stringify(table)}`;
}

function codeOf(cause: unknown): string {
  const { errcode, code } = (cause ?? {}) as { errcode?: unknown; code?: unknown };
  if (typeof errcode === "number") return NAMES[errcode & 255] ?? "";
  if (typeof code === "string" && code.startsWith("SQLITE_")) return code.split("_")[1] ?? "";
  return code === "ERR_INVALID_STATE" || cause instanceof TypeError ? "closed" : "";
}
