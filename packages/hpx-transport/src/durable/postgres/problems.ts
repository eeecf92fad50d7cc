import { WRONG_TABLE } from "../sql/options.js";
import { problemError } from "../store-problem.js";

/** The SQLSTATE codes of PostgreSQL that the store knows, or their classes: the first two characters. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  "22021": "a name cannot have the character NUL in PostgreSQL; choose another name",
  "25006": "the server, or the transaction, is read-only; connect to the primary server",
  "28": "the server refused the login; check the user and the password of the pool",
  "3D": "the database does not exist; check the database of the pool",
  "3F": "the schema does not exist; make it, or change the option table",
  "42501":
    "the user lacks the rights; grant insert, select and update on the table, or make the table with another user",
  "22": WRONG_TABLE,
  "23": WRONG_TABLE,
  "42": WRONG_TABLE,
  "53100": "the disk of the server is full; free space on it",
  "53": "the server lacks resources; it is tried again",
  "57": "the server is starting or stopping; it is tried again",
};

/** Classes whose cause lasts until something is changed. */
const LASTING = new Set(["22", "23", "28", "3D", "3F", "42"]);

/** The error of an operation on the store's table. */
export function postgresError(table: string, name: string, operation: "claim" | "save", cause: unknown): Error {
  const code = codeOf(cause);
  const wayOut = WAYS_OUT[code] ?? WAYS_OUT[code.slice(0, 2)];
  return problemError(name, operation, cause, {
    store: storeName(table),
    wayOut,
    isLasting: LASTING.has(code.slice(0, 2)),
  });
}

/** The store in errors. */
export function storeName(table: string): string {
  return `PostgresCursorStore ${JSON.stringify(table)}`;
}

/** The SQLSTATE of an error; `""` for an error of the connection. */
export function codeOf(cause: unknown): string {
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : "";
}
