import { problemError } from "../store-problem.js";

/** What Redis's errors begin with. The protocol has no other place for a code. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  ERR: "the server refused the script; it needs EVAL, and a key of its own",
  LOADING: "the server is loading its data; it is tried again",
  MISCONF: "the server cannot write to its disk; free space on it",
  NOAUTH: "the server wants a login; give the client a user and a password",
  NOPERM: "the user lacks the rights; allow EVAL, HGET, HSET and HINCRBY on the keys of the prefix",
  OOM: "the server's memory is full; raise maxmemory",
  READONLY: "the server is a replica; connect to the primary server",
  WRONGPASS: "the server refused the login; check the user and the password of the client",
  WRONGTYPE: "the key is there and is no hash; change the option prefix",
};

/** Codes whose cause lasts until something is changed. */
const LASTING = new Set(["ERR", "NOAUTH", "NOPERM", "WRONGPASS", "WRONGTYPE"]);

/** The error of an operation on `key`. */
export function redisError(key: string, name: string, operation: "claim" | "save", cause: unknown): Error {
  const [code = ""] = cause instanceof Error ? cause.message.split(" ", 1) : [];
  const problem = { store: storeName(key), wayOut: WAYS_OUT[code], isLasting: LASTING.has(code) };
  return problemError(name, operation, cause, problem);
}

/** The store in errors. */
export function storeName(key: string): string {
  return `RedisCursorStore, key ${JSON.stringify(key)}`;
}
