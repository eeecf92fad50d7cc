import { LogFull, LogRefused, LogUnavailable } from "../errors.js";

/** What later calls may succeed after, by SQLite's result codes (https://www.sqlite.org/rescode.html). */
const PASSING = /SQLITE_(BUSY|LOCKED|IOERR|NOMEM|INTERRUPT)/;
const PASSING_CODES: ReadonlySet<number> = new Set([5, 6, 7, 9, 10]);
const FULL_CODE = 13;

/** A driver's error in the terms of a log; `url` is for the message. */
export function failureOf(url: string, error: unknown): Error {
  const { code, errcode, message } = error as Error & { readonly code?: string; readonly errcode?: number };
  // The lower eight bits are the primary code.
  const primary = (errcode ?? 0) & 0xff;
  if (code === "SQLITE_FULL" || primary === FULL_CODE) {
    return new LogFull(`${url}: no room is left on the disk (${message}); free some, and the relay goes on`);
  }
  if (PASSING.test(code ?? "") || PASSING_CODES.has(primary)) return new LogUnavailable(`${url}: ${message}`);
  return new LogRefused(`${url}: SQLite refused the append (${message}); check the file and its rights`);
}
