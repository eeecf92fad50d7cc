import { TransportError } from "../../error.js";
import { type CursorRecord, readRecord } from "../record.js";
import { storeName } from "./problems.js";

/** An entry of a bucket. */
export interface NatsKvEntry {
  /** Its bytes. */
  readonly value: Uint8Array;
  /** The number of the write that made it. */
  readonly revision: number;
  /** Whether the key was written, or deleted. */
  readonly operation: "PUT" | "DEL" | "PURGE";
}

/** The part of a bucket that is used: those of `@nats-io/kv` have it, and those of the older package nats. */
export interface NatsKv {
  /** The last entry of a key; `null` for none. */
  get(key: string): Promise<NatsKvEntry | null>;
  /** Writes a key that is not there, and resolves with the revision. */
  create(key: string, value: Uint8Array): Promise<number>;
  /** Writes a key whose last revision is `revision`, and resolves with the new one. */
  update(key: string, value: Uint8Array, revision: number): Promise<number>;
}

/** What an entry holds, as JSON. */
export interface Kept {
  readonly epoch: number;
  readonly version: number;
  readonly record?: CursorRecord | undefined;
}

export function encode(kept: Kept): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(kept));
}

/**
 * What `entry` holds; `undefined` where there is none, or it was deleted.
 *
 * @throws {TransportError} `CURSOR_STORE`, not retryable, where it is damaged
 */
export function decode(key: string, name: string, entry: NatsKvEntry | null): Kept | undefined {
  if (entry === null || entry.operation !== "PUT") return undefined;
  const kept = parsed(entry.value);
  const { epoch, version, record } = kept ?? {};
  if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(version)) {
    const message = `${storeName(key)}: the entry is damaged; restore it, or delete it to start anew from the option lastEventId`;
    throw TransportError.cursorStore(name, "claim", { message, retryable: false });
  }
  const checked = record === undefined ? undefined : readRecord(name, record, storeName(key));
  return { epoch: Number(epoch), version: Number(version), record: checked };
}

/** A key takes letters, digits, `-` and `_` of the name as they are, and `=` with two hexadecimal digits for any other byte. */
export function keyOf(name: string): string {
  let key = "";
  for (const byte of new TextEncoder().encode(name)) {
    const character = String.fromCharCode(byte);
    key += /[\w-]/.test(character) ? character : `=${byte.toString(16).padStart(2, "0")}`;
  }
  return key;
}

function parsed(value: Uint8Array): Partial<Record<keyof Kept, unknown>> | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(value)) ?? undefined;
  } catch {
    return undefined;
  }
}
