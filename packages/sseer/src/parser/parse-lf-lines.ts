import type { ServerSentEvent } from "../event.js";
import type { EventBuilder } from "./event-builder.js";

// Bytes. They are local to this file, because each use of an imported constant is a load and a check.
const LF = 0x0a;
const SPACE = 0x20;
const COLON = 0x3a;
const A = 0x61;
const D = 0x64;
const E = 0x65;
const I = 0x69;
const N = 0x6e;
const R = 0x72;
const T = 0x74;
const V = 0x76;

/** This many bytes of a line that is skipped are read one by one before a search: for fewer bytes its call costs more. */
const WALK_BYTES = 4;

/**
 * The hot path, for almost every stream: parses the complete lines of `bytes` from `start` to `end`, as "Interpreting
 * an event stream" says. `text` is the same lines, decoded. It has one unit a byte, so a position in the bytes minus
 * `start` is the position in the text, and it has no CR.
 *
 * Names are compared in the bytes, where a comparison is one load. Values are cut out of the text, which copies nothing.
 * Short values are also searched in the bytes: a search in the text costs as much as 16 bytes. No read goes beyond
 * `end`, because the LF of the last line stops each comparison.
 */
export function parseLfLines<E extends ServerSentEvent>(
  builder: EventBuilder<E>,
  bytes: Uint8Array,
  start: number,
  end: number,
  text: string,
): void {
  const { sink } = builder;
  for (let at = start; at < end;) {
    const first = bytes[at];
    if (first === LF) {
      // "If the line is empty (a blank line): Dispatch the event."
      if (!builder.dispatch(at, at + 1)) return;
      at++;
      continue;
    }
    let next: number;
    if (first === D && bytes[at + 1] === A && bytes[at + 2] === T && bytes[at + 3] === A && isNameEnd(bytes[at + 4])) {
      const value = valueStart(bytes, at + 4);
      const lf = start + text.indexOf("\n", value - start);
      next = lf + 1;
      // When the next line starts like a data line, the value is cut out with its LF. This halves the concatenations.
      const withLf = next < end && bytes[next] === D;
      builder.addData(text.slice(value - start, withLf ? next - start : lf - start), withLf);
      builder.dataBytes += next - at;
    } else if (
      first === E &&
      bytes[at + 1] === V &&
      bytes[at + 2] === E &&
      bytes[at + 3] === N &&
      bytes[at + 4] === T &&
      isNameEnd(bytes[at + 5])
    ) {
      const value = valueStart(bytes, at + 5);
      const lf = start + text.indexOf("\n", value - start);
      next = lf + 1;
      builder.eventType = value === lf ? undefined : text.slice(value - start, lf - start);
    } else if (first === I && bytes[at + 1] === D && isNameEnd(bytes[at + 2])) {
      const value = valueStart(bytes, at + 2);
      let lf = value;
      let hasNul = false;
      for (let byte = bytes[lf]; byte !== LF; byte = bytes[++lf]) if (byte === 0) hasNul = true;
      next = lf + 1;
      // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value."
      if (!hasNul) builder.blockId = text.slice(value - start, lf - start);
    } else {
      const walked = at + WALK_BYTES;
      let lf = at;
      while (lf < walked && bytes[lf] !== LF) lf++;
      if (lf === walked) lf = start + text.indexOf("\n", lf - start);
      next = lf + 1;
      if (first === COLON ? sink.onComment !== undefined : first === R || sink.onUnknown !== undefined) {
        if (!builder.addOtherLine(text, at - start, lf - start, next)) return;
      }
    }
    at = next;
  }
}

/** A field name ends at a colon, or it is the whole line. */
function isNameEnd(byte: number | undefined): boolean {
  return byte === COLON || byte === LF;
}

/** The position of the value of a line whose name ends at `nameEnd`, without one leading space. */
function valueStart(bytes: Uint8Array, nameEnd: number): number {
  if (bytes[nameEnd] === LF) return nameEnd;
  return bytes[nameEnd + 1] === SPACE ? nameEnd + 2 : nameEnd + 1;
}
