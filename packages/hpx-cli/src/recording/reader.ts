import { errorCode } from "../text.js";
import { formatBytes } from "../units.js";
import { shown, UsageError, wrongValue } from "../usage.js";
import { addEntry, type RecordedAttempt } from "./attempts.js";
import { parseEntry, parseObject } from "./entry.js";
import { FORMAT, type RecordingHeader } from "./format.js";
import { readLines } from "./lines.js";

export interface Recording {
  readonly header: RecordingHeader;
  readonly attempts: readonly RecordedAttempt[];
  /** Whether the last line is incomplete, as after a kill; it is left out. */
  readonly cutOff: boolean;
}

/** The longest line, in bytes. A line has what was read from a socket at once, which is less than 0.1 MiB. */
const LONGEST_LINE = 4 * 1024 * 1024;
/** Memory for an entry beside its text; a recording may have millions of chunks with a byte each. */
const ENTRY_OVERHEAD = 200;

/**
 * Reads a recording of at most `maxSize` bytes in memory. Throws `UsageError` for another file, for a damaged one, with the
 * number of the line, and for a larger one.
 */
export async function readRecording(path: string, maxSize: number): Promise<Recording> {
  const attempts: RecordedAttempt[] = [];
  let header: RecordingHeader | undefined;
  let size = 0;
  try {
    for await (const { number, text, complete } of readLines(path, LONGEST_LINE)) {
      if (text === undefined && header === undefined) checkHeader(path, undefined);
      if (text === undefined) throw damaged(path, number, `longer than ${formatBytes(LONGEST_LINE)}`);
      if (header === undefined) {
        header = checkHeader(path, parseObject(text));
        continue;
      }
      const entry = parseEntry(text);
      // A recording that was killed lacks the end of its last line.
      if (entry === undefined && !complete && parseObject(text) === undefined)
        return { header, attempts, cutOff: true };
      if (entry === undefined) throw damaged(path, number, "not an entry of a recording");
      if (!addEntry(attempts, entry)) throw damaged(path, number, "an answer without a request before it");
      size += ENTRY_OVERHEAD + text.length;
      if (size > maxSize) throw tooLarge(path, maxSize);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw wrongValue("FILE", `${shown(path)} (${errorCode(error)})`, "it takes a file that can be read");
  }
  return { header: header ?? checkHeader(path, undefined), attempts, cutOff: false };
}

function damaged(path: string, line: number, why: string): UsageError {
  const fix = "it takes a recording as hpx sse record wrote it; record again, or remove that line";
  return wrongValue("FILE", `${shown(path)} (line ${line} is damaged: ${why})`, fix);
}

/** A recording that needs more than `maxSize` bytes of memory. */
export function tooLarge(path: string, maxSize: number): UsageError {
  const fix = "--max-size allows more, and head -n takes the first part of the file";
  return wrongValue("FILE", `${shown(path)} (it needs more than ${formatBytes(maxSize)} of memory)`, fix);
}

function checkHeader(path: string, header: Record<string, unknown> | undefined): RecordingHeader {
  const { format, version, url, started } = header ?? {};
  if (format !== FORMAT.format) {
    throw wrongValue("FILE", `${shown(path)} (no recording)`, "it takes a file that hpx sse record has written");
  }
  if (version !== FORMAT.version) {
    throw wrongValue("FILE", `${shown(path)} (version ${shown(String(version))})`, "a newer hpx may read it");
  }
  if (typeof url !== "string" || typeof started !== "string") throw damaged(path, 1, "no url or no time");
  return header as unknown as RecordingHeader;
}
