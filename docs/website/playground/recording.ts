import type { Evidence, Probe, Reconnect } from "@doctor/evidence.js";
import { idsOf, isStreamHead } from "@doctor/facts.js";
import { judge, type NamedResult } from "@doctor/findings/index.js";
import { timeline } from "@doctor/html/timeline.js";
import { NoteTaker } from "@doctor/note-taker.js";
import { addEntry, type RecordedAttempt } from "@recording/attempts.js";
import { parseEntry, parseObject } from "@recording/entry.js";
import { FORMAT } from "@recording/format.js";

/** A recording that was read. */
export interface ReadRecording {
  readonly url: string;
  readonly method: string;
  readonly attempts: readonly RecordedAttempt[];
  /** Whether the last line is incomplete, as after a kill; it is left out. */
  readonly cutOff: boolean;
}

/** Reads the text of a file of `hpx sse record`. Throws an error that names the line and the way out. */
export function readRecordingText(text: string): ReadRecording {
  const lines = text.split("\n");
  const rest = lines.pop() ?? "";
  const header = parseObject(lines[0] ?? rest);
  if (header?.["format"] !== FORMAT.format) {
    throw new Error("This is no recording. Make one with: npx hpx-cli sse record --seconds 1m URL recording.jsonl");
  }
  if (header["version"] !== FORMAT.version) throw new Error("A newer version of hpx has made this recording.");
  const attempts: RecordedAttempt[] = [];
  for (const [index, line] of lines.entries()) {
    const entry = index === 0 ? undefined : parseEntry(line);
    if (index > 0 && (entry === undefined || !addEntry(attempts, entry))) {
      throw new Error(`Line ${index + 1} is damaged. Record again, or remove that line.`);
    }
  }
  const last = rest === "" ? undefined : parseEntry(rest);
  if (last !== undefined) addEntry(attempts, last);
  const method = typeof header["method"] === "string" ? header["method"] : "GET";
  return { url: String(header["url"]), method, attempts, cutOff: rest !== "" && last === undefined };
}

/** What the doctor says of a recording, and a picture of each connection, as HTML. */
export interface Diagnosis {
  readonly results: readonly NamedResult[];
  readonly timelines: readonly string[];
}

/** Examines a recording as `hpx sse doctor` examines an endpoint. */
export function diagnose({ url, method, attempts }: ReadRecording): Diagnosis {
  const [first, second] = attempts;
  if (first === undefined) throw new Error("This recording has no request.");
  const target = new URL(url);
  const evidence: Evidence = {
    method,
    first: probeOf(first, second?.t, target),
    uncompressed: undefined,
    again: undefined,
    // What was stopped by the one who recorded is not the server's silence.
    interrupted: false,
    origin: undefined,
  };
  const again = second === undefined ? undefined : reconnectOf(evidence.first, second, attempts[2]?.t, target);
  const probes = attempts
    .slice(0, MOST_PICTURES)
    .map((attempt, index) => probeOf(attempt, attempts[index + 1]?.t, target));
  return {
    results: judge({ ...evidence, again }),
    timelines: probes.map(
      (probe, index) => timeline(index === 0 ? "First connection" : `Connection ${index + 1}`, probe).text,
    ),
  };
}

/** Pictures of so many connections at most. */
const MOST_PICTURES = 10;

/** A recorded connection as the doctor sees one; `next` is when the next request was made. */
function probeOf({ t: start, response, chunks, end }: RecordedAttempt, next: number | undefined, url: URL): Probe {
  const headAt = (response?.t ?? start) - start;
  const taker = new NoteTaker(headAt);
  for (const { t, bytes } of chunks) taker.chunk(bytes, t - start);
  const until = (end?.t ?? next ?? chunks.at(-1)?.t ?? response?.t ?? start) - start;
  const head =
    response === undefined
      ? undefined
      : { at: headAt, status: response.status, headers: new Headers({ ...response.headers }) };
  return {
    hops: [],
    url,
    head,
    failure: head === undefined ? new Error("no response is in the recording") : undefined,
    serverSays: undefined,
    notes: taker.notes(until),
    end: end === undefined || end.how === "stopped" ? undefined : { at: until, error: errorOf(end.how) },
    watched: until,
  };
}

function errorOf(how: string): Error | undefined {
  return how === "broken" ? new Error("the connection broke") : undefined;
}

function reconnectOf(
  first: Probe,
  attempt: RecordedAttempt,
  next: number | undefined,
  url: URL,
): Reconnect | undefined {
  if (first.head === undefined || !isStreamHead(first.head)) return undefined;
  const after = attempt.lastEventId === "" ? undefined : attempt.lastEventId;
  const ids = idsOf(first.notes.events);
  const expected = after === undefined ? [] : ids.slice(ids.indexOf(after) + 1);
  return { probe: probeOf(attempt, next, url), after, expected };
}
