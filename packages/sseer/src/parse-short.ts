import { decodeUtf8 } from "./decode-utf8.js";
import type { ServerSentEvent } from "./event.js";
import type { EventBuilder } from "./event-builder.js";
import type { EventTypes } from "./event-types.js";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;

/**
 * For lines that come one by one, where decoding a whole block would be most of the work. Obeys those from `start` on
 * that need no text, which are blank lines and comments that nobody listens to; and the last one, if it is `data:` or
 * `event:`, for itself. Returns where the first other line starts.
 */
export function parseShort<E extends ServerSentEvent>(
  builder: EventBuilder<E>,
  types: EventTypes,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const { limit, resets, sink } = builder;
  let at = start;
  while (at < end && resets === builder.resets) {
    const first = bytes[at];
    if (first === LF || first === CR) {
      at = afterLineEnd(bytes, at, end);
      builder.next = at;
      builder.dispatch();
      continue;
    }
    let lineEnd = at;
    while (bytes[lineEnd] !== LF && bytes[lineEnd] !== CR) lineEnd++;
    const next = afterLineEnd(bytes, lineEnd, end);
    const length = lineEnd - at;
    if (first === COLON) {
      if (sink.onComment !== undefined) return at;
      if (length > limit) builder.fail();
    } else if (next < end || length > limit) {
      return at;
    } else if (spells(bytes, at, DATA)) {
      builder.dataBytes = builder.data === undefined ? length + 1 : builder.dataBytes + length + 1;
      if (builder.dataBytes > limit) builder.fail();
      const value = decodeUtf8(bytes, bytes[at + 5] === SPACE ? at + 6 : at + 5, lineEnd);
      if (builder.data === undefined) builder.data = value;
      else builder.data += builder.endsWithLf ? value : `\n${value}`;
      builder.endsWithLf = false;
    } else if (spells(bytes, at, EVENT)) {
      builder.eventType = types.read(bytes, bytes[at + 6] === SPACE ? at + 7 : at + 6, lineEnd);
    } else {
      return at;
    }
    at = next;
    builder.next = at;
  }
  return at;
}

const DATA = Uint8Array.of(0x64, 0x61, 0x74, 0x61, COLON);
const EVENT = Uint8Array.of(0x65, 0x76, 0x65, 0x6e, 0x74, COLON);

function spells(bytes: Uint8Array, at: number, name: Uint8Array): boolean {
  for (let place = 0; place < name.length; place++) if (bytes[at + place] !== name[place]) return false;
  return true;
}

/** Where the next line starts: CR and LF together are one line end. */
function afterLineEnd(bytes: Uint8Array, lineEnd: number, end: number): number {
  return bytes[lineEnd] === CR && lineEnd + 1 < end && bytes[lineEnd + 1] === LF ? lineEnd + 2 : lineEnd + 1;
}
