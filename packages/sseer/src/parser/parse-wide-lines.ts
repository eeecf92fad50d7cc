import type { ServerSentEvent } from "../event.js";
import type { EventBuilder } from "./event-builder.js";
import { afterLines, unfinishedDataBytes } from "./line-positions.js";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const A = 0x61;
const D = 0x64;
const T = 0x74;

/** The position of a character that the text does not have: greater than every position in a text. */
const NOT_FOUND = 0x3fff_ffff;

/**
 * As `parseLfLines`, for text that is not one unit a byte and may have any line ends.
 *
 * It walks the text only, because a second search for each line end in the bytes costs up to a third. Positions in the
 * bytes are needed in two rare cases, and found again there: a callback has thrown, or the last event is unfinished.
 */
export function parseWideLines<E extends ServerSentEvent>(
  builder: EventBuilder<E>,
  bytes: Uint8Array,
  start: number,
  end: number,
  text: string,
): void {
  const { dataBytes, resets } = builder;
  try {
    parseText(builder, text);
    builder.next = end;
  } catch (error) {
    // During the walk, `next` is the number of complete lines before it.
    if (resets === builder.resets) builder.next = afterLines(bytes, start, end, builder.next);
    throw error;
  } finally {
    if (resets === builder.resets) builder.dataBytes = unfinishedDataBytes(bytes, start, builder.next, dataBytes);
  }
}

function parseText<E extends ServerSentEvent>(builder: EventBuilder<E>, text: string): void {
  const { length } = text;
  // The next LF and CR are kept over the lines, also when there is none: a search for each line would be quadratic.
  let lf = -1;
  let cr = -1;
  for (let at = 0, line = 0; at < length; line++) {
    const first = text.charCodeAt(at);
    if (first === LF || first === CR) {
      if (!builder.dispatch(line, line + 1)) return;
      at += first === CR && text.charCodeAt(at + 1) === LF ? 2 : 1;
      continue;
    }
    if (lf < at) lf = indexOf(text, "\n", at);
    if (cr < at) cr = indexOf(text, "\r", at);
    const to = lf < cr ? lf : cr;
    const next = cr + 1 === lf ? lf + 1 : to + 1;
    if (
      first === D &&
      text.charCodeAt(at + 1) === A &&
      text.charCodeAt(at + 2) === T &&
      text.charCodeAt(at + 3) === A &&
      (text.charCodeAt(at + 4) === COLON || to === at + 4)
    ) {
      const value = to === at + 4 ? to : text.charCodeAt(at + 5) === SPACE ? at + 6 : at + 5;
      const withLf = to === lf && next < length && text.charCodeAt(next) === D;
      builder.addData(text.slice(value, withLf ? next : to), withLf);
    } else if (!builder.addLine(text, at, to, line + 1)) {
      return;
    }
    at = next;
  }
}

function indexOf(text: string, lineEnd: string, from: number): number {
  const found = text.indexOf(lineEnd, from);
  return found === -1 ? NOT_FOUND : found;
}
