import type { LogRecord } from "../log/log.js";
import { type Place, placeOf, writePlace } from "./place.js";

/** A message as it is sent. */
export interface Sendable {
  readonly place: Place;
  /** Of the message; `undefined` for an event. */
  readonly kind: LogRecord["kind"];
  /** The text of the event, in UTF-8. */
  readonly bytes: Buffer;
}

/** How events are found to be missing where the log itself has no marker of that. */
export type Found =
  /** The log has deleted the message that the client has, as too old. */
  | "purged"
  /** The log has another message there, or ends before it: it was rewound or replaced. */
  | "log"
  /** The id that the client sent is none of this server. */
  | "id";

/** A comment that keeps a connection up. */
export const HEARTBEAT: Buffer = Buffer.from(":\n\n");

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const END = Buffer.from("\n\n");

/**
 * A message as a server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html). A marker is an event of the
 * type `hpx-gap`, `hpx-rewind` or `hpx-reset` with its facts as data: no source's own type is hidden by it. A `cursor` is an id
 * without data: a client moves on, and sees no event.
 */
export function sendable(record: LogRecord): Sendable {
  const place = placeOf(record);
  const { kind } = record;
  const id = idLine(place);
  if (kind === "cursor") return { place, kind, bytes: Buffer.from(`${id}\n`) };
  if (kind !== undefined) return { place, kind, bytes: Buffer.from(marker(kind, record.facts ?? "{}", id)) };
  const head = record.event === "message" || record.event === "" ? id : `event: ${record.event}\n${id}`;
  return { place, kind, bytes: withData(head, record.data) };
}

/** Events that are missing before what follows. It has no id: until an event follows, a client that comes back is told again. */
export function gapText(lost: number | "unknown", found: Found): Buffer {
  return Buffer.from(marker("gap", JSON.stringify({ lost, found }), ""));
}

/** The log lost the last `lost` events that the client has; what follows may be the same again. It has no id, as a gap. */
export function rewindText(lost: number): Buffer {
  return Buffer.from(marker("rewind", JSON.stringify({ lost, found: "log" }), ""));
}

/** Says where a client stands, before the first event. */
export function placeText(place: Place): Buffer {
  return Buffer.from(`${idLine(place)}\n`);
}

/** After how many milliseconds a client comes back. */
export function retryText(milliseconds: number): Buffer {
  return Buffer.from(`retry: ${milliseconds}\n\n`);
}

function idLine(place: Place): string {
  return `id: ${writePlace(place)}\n`;
}

/** Facts are JSON of one line. */
function marker(kind: string, facts: string, id: string): string {
  return `event: hpx-${kind}\n${id}data: ${facts}\n\n`;
}

/** Data of one line is not decoded. */
function withData(head: string, { buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  const data = Buffer.from(buffer, byteOffset, byteLength);
  if (!data.includes(LINE_FEED) && !data.includes(CARRIAGE_RETURN)) {
    return Buffer.concat([Buffer.from(`${head}data: `), data, END]);
  }
  const lines = data.toString().split(/\r\n|\r|\n/);
  return Buffer.from(`${head}data: ${lines.join("\ndata: ")}\n\n`);
}
