import { TransportError } from "../error.js";

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a store keeps of a cursor, as JSON. */
export interface CursorRecord {
  /** The version of this format: 1. */
  readonly v: 1;
  /** The cursor's name. */
  readonly name: string;
  /** The id to resume after: the last one that was acknowledged. */
  readonly id: string;
  /** Hashes of the acknowledged events after `id` that had no id of their own: the server sends them again. */
  readonly after: readonly string[];
  /** How many events were acknowledged, over all runs. */
  readonly n: number;
  /** The state of the continuity check. */
  readonly seq?: Json;
  /** Hashes of the last acknowledged events, oldest first, where the option `remember` asks for them. */
  readonly remember?: readonly string[];
  /** Where the stream comes from: scheme, host and path. */
  readonly origin: string;
  /** When it was made, in milliseconds since 1970. */
  readonly at: number;
  /** The claim that it was saved under. */
  readonly epoch: number;
  /** Grows with each record of the name. */
  readonly version: number;
}

/**
 * The record that `value`, or the JSON in it, is. `store` says in an error where it is kept.
 *
 * @throws {TransportError} `CURSOR_STORE`, not retryable, where it is damaged: a start from nothing would lose events in silence
 */
export function readRecord(name: string, value: unknown, store?: string): CursorRecord {
  const record = typeof value === "string" ? parsed(value) : value;
  if (isRecord(record) && record.name === name) return record;
  const of = typeof record === "object" && record !== null && Reflect.get(record, "v") !== 1;
  const what = of
    ? "its record is of a format that this version does not know; update hpx-transport, or delete the record to start anew"
    : "its record is damaged; restore it, or delete it to start anew from the option lastEventId";
  const message = store === undefined ? what : `${store}: ${what}`;
  throw TransportError.cursorStore(name, "claim", { message, retryable: false });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is CursorRecord {
  if (typeof value !== "object" || value === null) return false;
  const { v, name, id, after, n, remember = [], origin, at, epoch, version } = value as Partial<CursorRecord>;
  const counts: unknown[] = [n, epoch, version];
  const isText = [name, id, origin].every((text) => typeof text === "string");
  const isCounted = counts.every((count) => Number.isSafeInteger(count) && Number(count) >= 0);
  return v === 1 && isText && isCounted && Number.isFinite(at) && isTexts(after) && isTexts(remember);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}
