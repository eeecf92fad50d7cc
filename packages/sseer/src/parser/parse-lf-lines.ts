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
const T = 0x74;
const V = 0x76;

/**
 * The hot path, for almost every stream: parses the complete lines of `bytes` from `start` to `end`, as "Interpreting
 * an event stream" says. `text` is the same lines, decoded. It has one unit a byte, so a position in the bytes minus
 * `start` is the position in the text, and it has no CR.
 *
 * Names are compared in the bytes, where a comparison is one load. Values are cut out of the text, which copies nothing.
 * Ids are short, so their ends are looked for in the bytes: a search in the text costs as much as 8 bytes. No read goes
 * beyond `end`, because the LF of the last line stops each comparison. `addLine` takes the lines that are rare.
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
    let lf: number;
    if (first === D && bytes[at + 1] === A && bytes[at + 2] === T && bytes[at + 3] === A && bytes[at + 4] === COLON) {
      const value = bytes[at + 5] === SPACE ? at + 6 : at + 5;
      lf = start + text.indexOf("\n", value - start);
      // When the next line starts like a data line, the value is cut out with its LF. This halves the concatenations.
      const withLf = lf + 1 < end && bytes[lf + 1] === D;
      builder.addData(text.slice(value - start, withLf ? lf + 1 - start : lf - start), withLf);
      builder.dataBytes += lf + 1 - at;
    } else if (
      first === E &&
      bytes[at + 1] === V &&
      bytes[at + 2] === E &&
      bytes[at + 3] === N &&
      bytes[at + 4] === T &&
      bytes[at + 5] === COLON
    ) {
      const value = bytes[at + 6] === SPACE ? at + 7 : at + 6;
      lf = start + text.indexOf("\n", value - start);
      builder.eventType = value === lf ? undefined : text.slice(value - start, lf - start);
    } else if (first === I && bytes[at + 1] === D && bytes[at + 2] === COLON) {
      const value = bytes[at + 3] === SPACE ? at + 4 : at + 3;
      lf = value;
      // One comparison a byte: most ids have no character before LF.
      while ((bytes[lf] as number) > LF) lf++;
      let hasNul = false;
      for (; bytes[lf] !== LF; lf++) if (bytes[lf] === 0) hasNul = true;
      // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value."
      if (!hasNul) builder.blockId = text.slice(value - start, lf - start);
    } else {
      lf = start + text.indexOf("\n", at - start);
      if (first !== COLON || sink.onComment !== undefined) {
        if (!builder.addLine(text, at - start, lf - start, lf + 1)) return;
      }
    }
    at = lf + 1;
  }
}
