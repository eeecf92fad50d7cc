import type { ServerSentEvent } from "../event.js";
import type { EventBuilder } from "./event-builder.js";
import { afterLineEnd } from "./line-positions.js";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const A = 0x61;
const D = 0x64;
const E = 0x65;
const I = 0x69;
const N = 0x6e;
const T = 0x74;
const V = 0x76;

/** The position of a byte that the lines do not have: greater than every position. */
const NOT_FOUND = 0x3fff_ffff;

/**
 * As `parseLfLines`, for lines that end with CR LF, CR or LF in any mix.
 *
 * The next LF and the next CR are kept over the lines, also when there is none: most streams have only one kind of line
 * end, so a search for the other kind at every line would be quadratic.
 */
export function parseCrLines<E extends ServerSentEvent>(
  builder: EventBuilder<E>,
  bytes: Uint8Array,
  start: number,
  end: number,
  text: string,
): void {
  const { sink } = builder;
  let lf = -1;
  let cr = -1;
  for (let at = start; at < end;) {
    const first = bytes[at];
    if (first === LF || first === CR) {
      const next = afterLineEnd(bytes, at, end);
      if (!builder.dispatch(at, next)) return;
      at = next;
      continue;
    }
    let to: number;
    if (first === D && bytes[at + 1] === A && bytes[at + 2] === T && bytes[at + 3] === A && bytes[at + 4] === COLON) {
      const value = bytes[at + 5] === SPACE ? at + 6 : at + 5;
      if (lf < value) lf = indexOf(text, "\n", value, start);
      if (cr < value) cr = indexOf(text, "\r", value, start);
      to = lf < cr ? lf : cr;
      builder.addData(text.slice(value - start, to - start), false);
      builder.dataBytes += to - at + 1;
    } else if (
      first === E &&
      bytes[at + 1] === V &&
      bytes[at + 2] === E &&
      bytes[at + 3] === N &&
      bytes[at + 4] === T &&
      bytes[at + 5] === COLON
    ) {
      const value = bytes[at + 6] === SPACE ? at + 7 : at + 6;
      to = value;
      for (let byte = bytes[to] as number; byte > CR || (byte !== LF && byte !== CR); byte = bytes[to] as number) to++;
      builder.eventType = value === to ? undefined : text.slice(value - start, to - start);
    } else if (first === I && bytes[at + 1] === D && bytes[at + 2] === COLON) {
      const value = bytes[at + 3] === SPACE ? at + 4 : at + 3;
      let hasNul = false;
      to = value;
      for (let byte = bytes[to] as number; byte > CR || (byte !== LF && byte !== CR); byte = bytes[to] as number) {
        if (byte === 0) hasNul = true;
        to++;
      }
      // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value."
      if (!hasNul) builder.blockId = text.slice(value - start, to - start);
    } else {
      if (lf < at) lf = indexOf(text, "\n", at, start);
      if (cr < at) cr = indexOf(text, "\r", at, start);
      to = lf < cr ? lf : cr;
      if (first !== COLON || sink.onComment !== undefined) {
        if (!builder.addLine(text, at - start, to - start, afterLineEnd(bytes, to, end))) return;
      }
    }
    at = afterLineEnd(bytes, to, end);
  }
}

function indexOf(text: string, lineEnd: string, from: number, start: number): number {
  const found = text.indexOf(lineEnd, from - start);
  return found === -1 ? NOT_FOUND : start + found;
}
