import { TransportError } from "../../error.js";

/** A problem of a folder that another try does not solve. */
class LastingProblem extends Error {}

/** The log cannot be read, for the reason `what`. */
export function damaged(what: string): Error {
  return new LastingProblem(
    `its log cursors.log is damaged: ${what}; restore it from a copy, or delete it to start all names of the folder anew`,
  );
}

/** A later version of this package wrote the log. */
export function unknownFormat(): Error {
  return new LastingProblem("its log cursors.log is of a format that this version does not know; update hpx-transport");
}

/** The lock is held, and not let go. */
export function locked(holder: string | undefined, patience: number, wayOut: string): Error {
  const who = holder === undefined ? "another process" : `process ${holder}`;
  return new Error(`${who} holds the folder and did not let go of it within ${patience / 1000} s; ${wayOut}`);
}

/** Another process writes to the log and does not see our lock. */
export function unlocked(): Error {
  return new Error(
    "another process changed cursors.log and does not see the lock of this one, as in two containers with a shared volume; give each a folder of its own",
  );
}

/** The log, or its folder, is gone. */
export function removed(): Error {
  return new Error("its log cursors.log was removed; it is written anew with the next save");
}

/** What to do about an error of the system, by its code. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; free space on it",
  EDQUOT: "the disk quota is used up; free space, or raise it",
  EACCES: "this process may not write there; change the owner or the mode, or use another folder",
  EPERM: "this process may not write there; change the owner or the mode, or use another folder",
  EROFS: "the file system is read-only; use another folder",
  ENOTDIR: "a part of its path is a file; use another folder",
  EEXIST: "its path is a file; use another folder",
  EIO: "the disk failed; the log is written anew with the next save",
};
/** Codes whose cause lasts until the program is started otherwise. */
const LASTING = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"]);

/** The error of a claim or a save, with the store, the name, and what to do. */
export function cursorError(folder: string, name: string, operation: "claim" | "save", cause: unknown): Error {
  if (TransportError.is(cause)) return cause;
  const { code = "", message } = cause as NodeJS.ErrnoException;
  const wayOut = WAYS_OUT[code] === undefined ? message : `${WAYS_OUT[code]} (${message})`;
  const text = `FileCursorStore ${folder}: ${wayOut}`;
  // The cursor makes a `CURSOR_STORE` of it, and tries again.
  if (operation === "save") return new Error(text, { cause });
  const retryable = !(cause instanceof LastingProblem || LASTING.has(code));
  return TransportError.cursorStore(name, operation, { message: text, retryable, cause });
}
