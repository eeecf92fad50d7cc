import { problemError } from "../store-problem.js";

/** JetStream's codes for a write that names an old revision; in a cluster the second one also says "again". */
const CONFLICTS = new Set([10_071, 10_164]);

/** JetStream's codes that the store knows. */
const WAYS_OUT: Readonly<Record<number, string>> = {
  10_023: "the server lacks resources, such as room on its disk; it is tried again",
  10_039: "JetStream is not enabled for the account; enable it",
  10_047: "the server's storage is full; raise max_file_store, or free space",
  10_054: "the record is larger than the bucket's max_value_size; raise it, or lower the option remember",
  10_059: "the bucket does not exist; make it with Kvm.create(), or check its name and the account",
  10_077: "the bucket is full; raise its max_bytes",
};

/** Codes whose cause lasts until something is changed. */
const LASTING = new Set([10_039, 10_059]);

/** The error of an operation on `key`. */
export function natsError(key: string, name: string, operation: "claim" | "save", cause: unknown): Error {
  const code = codeOf(cause);
  const problem = { store: storeName(key), wayOut: WAYS_OUT[code], isLasting: LASTING.has(code) };
  return problemError(name, operation, cause, problem);
}

/** The entry was written since it was read. */
export function isConflict(cause: unknown): boolean {
  return CONFLICTS.has(codeOf(cause));
}

/** The store in errors. */
export function storeName(key: string): string {
  return `NatsCursorStore, key ${JSON.stringify(key)}`;
}

/** The code of JetStream's answer; the older package nats has it one level down. */
function codeOf(cause: unknown): number {
  const { code, api_error: answer } = (cause ?? {}) as { code?: unknown; api_error?: { err_code?: unknown } };
  return Number(answer?.err_code ?? code);
}
