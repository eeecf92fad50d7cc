import type { ServerSentEvent } from "../event.js";
import type { EventBuilder } from "./event-builder.js";
import type { EventTypes } from "./event-types.js";
import { afterLineEnd } from "./line-positions.js";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;

/**
 * Parses lines that come one by one, where decoding would be most of the work. From `start` on it handles the lines
 * that need no decoding: blank lines, comments when the sink has no `onComment`, and event types, which are seldom new.
 * Returns the position of the first other line.
 */
export function parseShort<E extends ServerSentEvent>(
  builder: EventBuilder<E>,
  types: EventTypes,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const { sink } = builder;
  let at = start;
  while (at < end) {
    const first = bytes[at];
    if (first === LF || first === CR) {
      const next = afterLineEnd(bytes, at, end);
      if (!builder.dispatch(at, next)) return end;
      at = next;
      continue;
    }
    const isEvent = first === 0x65 && startsWithEvent(bytes, at);
    if (!isEvent && (first !== COLON || sink.onComment !== undefined)) return at;
    let lineEnd = at;
    while (bytes[lineEnd] !== LF && bytes[lineEnd] !== CR) lineEnd++;
    if (isEvent) builder.eventType = types.read(bytes, bytes[at + 6] === SPACE ? at + 7 : at + 6, lineEnd);
    at = afterLineEnd(bytes, lineEnd, end);
  }
  return at;
}

/** The line, which starts with `e`, starts with `event:`. */
function startsWithEvent(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at + 1] === 0x76 &&
    bytes[at + 2] === 0x65 &&
    bytes[at + 3] === 0x6e &&
    bytes[at + 4] === 0x74 &&
    bytes[at + 5] === COLON
  );
}
