import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { errorCode } from "../text.js";
import { shown, UsageError, wrongValue } from "../usage.js";
import { FORMAT, type RecordedEnding, type RecordingEntry, type RecordingHeader } from "./format.js";

/** Bytes of a body, and when they came. */
export interface RecordedChunk {
  readonly t: number;
  readonly bytes: Uint8Array;
}

/** One request and its response. */
export interface RecordedAttempt {
  readonly t: number;
  response?: { readonly t: number; readonly status: number; readonly headers: Readonly<Record<string, string>> };
  readonly chunks: RecordedChunk[];
  /** Left out where the recording was cut off before. */
  end?: { readonly t: number; readonly how: RecordedEnding };
}

export interface Recording {
  readonly header: RecordingHeader;
  readonly attempts: readonly RecordedAttempt[];
  /** Whether the last line is incomplete, as after a kill; it is left out. */
  readonly cutOff: boolean;
}

/** Reads a recording; throws `UsageError` for another file, and for a damaged one. */
export async function readRecording(path: string): Promise<Recording> {
  const attempts: RecordedAttempt[] = [];
  let header: RecordingHeader | undefined;
  let damaged: number | undefined;
  let number = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(path) })) {
      number += 1;
      // Only the last line may be incomplete.
      if (damaged !== undefined) throw new UsageError(`FILE: line ${damaged} of ${shown(path)} is damaged`);
      const value = parse(line);
      if (header === undefined) header = checkHeader(path, value);
      else if (!add(attempts, value as RecordingEntry | undefined)) damaged = number;
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw wrongValue("FILE", `${shown(path)} (${errorCode(error)})`, "it takes a file that can be read");
  }
  return { header: header ?? checkHeader(path, undefined), attempts, cutOff: damaged !== undefined };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function checkHeader(path: string, value: unknown): RecordingHeader {
  const header = value as Partial<RecordingHeader> | null | undefined;
  if (header?.format !== FORMAT.format) {
    throw wrongValue("FILE", `${shown(path)} (no recording)`, "it takes a file that hpx sse record has written");
  }
  if (header.version !== FORMAT.version) {
    throw wrongValue("FILE", `${shown(path)} (version ${String(header.version)})`, "a newer hpx may read it");
  }
  return header as RecordingHeader;
}

/** Adds `entry` to the attempts; returns whether it is valid. */
function add(attempts: RecordedAttempt[], entry: RecordingEntry | undefined): boolean {
  if (typeof entry?.t !== "number") return false;
  const { t } = entry;
  if ("request" in entry) return attempts.push({ t, chunks: [] }) > 0;
  const attempt = attempts.at(-1);
  if (attempt === undefined) return false;
  if ("response" in entry) attempt.response = { t, ...entry.response };
  else if ("text" in entry) attempt.chunks.push({ t, bytes: Buffer.from(entry.text) });
  else if ("base64" in entry) attempt.chunks.push({ t, bytes: Buffer.from(entry.base64, "base64") });
  else attempt.end = { t, how: entry.end };
  return true;
}
