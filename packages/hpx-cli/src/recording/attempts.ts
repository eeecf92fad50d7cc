// What a recording holds, put together from its entries. No file is read here: a page may read a recording, too.
import type { RecordedEnding, RecordingEntry } from "./format.js";

/** Bytes of a body, and when they came. */
export interface RecordedChunk {
  readonly t: number;
  readonly bytes: Uint8Array;
}

/** One request and its response. */
export interface RecordedAttempt {
  readonly t: number;
  /** The id that the request named; empty where it named none. */
  readonly lastEventId: string;
  response?: { readonly t: number; readonly status: number; readonly headers: Readonly<Record<string, string>> };
  readonly chunks: RecordedChunk[];
  /** Left out where the recording was cut off before. */
  end?: { readonly t: number; readonly how: RecordedEnding };
}

const utf8 = new TextEncoder();

/** Adds `entry` to the attempts; returns whether there is one for it. */
export function addEntry(attempts: RecordedAttempt[], entry: RecordingEntry): boolean {
  const { t } = entry;
  if ("request" in entry) return attempts.push({ t, lastEventId: entry.request.lastEventId, chunks: [] }) > 0;
  const attempt = attempts.at(-1);
  if (attempt === undefined) return false;
  if ("response" in entry) attempt.response = { t, ...entry.response };
  else if ("text" in entry) attempt.chunks.push({ t, bytes: utf8.encode(entry.text) });
  else if ("base64" in entry) attempt.chunks.push({ t, bytes: fromBase64(entry.base64) });
  else attempt.end = { t, how: entry.end };
  return true;
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
