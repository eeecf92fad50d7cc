import { indexOfByte } from "./byte-search.js";
import type { ServerSentEvent } from "../event.js";
import type { EventBuilder } from "./event-builder.js";

// Bytes. They are local to this file, because each use of an imported constant is a load and a check.
const LF = 0x0a;
const CR = 0x0d;
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

/** The position of a character that the text does not have: greater than every position in a text. */
const NOT_FOUND = 0x3fff_ffff;

/** This many bytes are compared one by one before a native search: for fewer bytes its call costs more. */
const SCAN_BYTES = 4;

/** The engine keeps a string that was added to more often than this as a rope (a tree of its pieces): see the end. */
const ROPE_LIMIT = 8;

/**
 * The hot path: parses the complete lines of `bytes` from `start` to `end`, as "Interpreting an event stream" says.
 * `text` is the same lines, decoded. When a callback resets the parser, the rest of the lines is dropped.
 *
 * Field names are compared in the bytes, where a comparison is one load. Values are cut out of the text, which copies
 * nothing. The loop therefore keeps a position in both. It is one function with few calls, because a compiler inlines
 * only up to a limit: helper functions for the searches and the names made it a fifth slower.
 */
export function parseLines<E extends ServerSentEvent>(
  builder: EventBuilder<E>,
  bytes: Uint8Array,
  start: number,
  end: number,
  text: string,
): void {
  const { sink, create, limit, resets } = builder;
  // The buffers are local variables here: a class field would be written to memory at each change.
  let { dataBytes, eventType, hasId, lastEventIdBuffer: id, retry } = builder;
  // The part of the data buffer from earlier lines, and whether it already ends with the LF that follows each data
  // line.
  let head = builder.data;
  let headEndsWithLf = builder.endsWithLf;
  // The part from these lines, the same for it, and how many pieces were added to it.
  let data: string | undefined;
  let endsWithLf = false;
  let joins = 0;
  builder.clear();

  // The positions of the next LF, CR and NUL in the text. NOT_FOUND is remembered, too: when the text has only one kind
  // of line end, a search for the other kind at every line would be quadratic.
  let lf = -1;
  let cr = text.indexOf("\r");
  if (cr === -1) cr = NOT_FOUND;
  let nul = -1;
  // Each character is one byte: a position in the bytes minus `start` is then the position in the text.
  const aligned = text.length === end - start;
  let shift = start;

  for (let at = start; at < end;) {
    const first = bytes[at];
    // "If the line is empty (a blank line): Dispatch the event."
    if (first === LF || first === CR) {
      at += first === CR && at + 1 < end && bytes[at + 1] === LF ? 2 : 1;
      if (hasId) {
        hasId = false;
        builder.lastEventId = id;
        builder.lastEventIdBuffer = id;
        if (sink.onId !== undefined) {
          builder.next = at;
          sink.onId(id);
          if (resets !== builder.resets) return;
        }
      }
      if (head !== undefined) {
        if (data === undefined) endsWithLf = headEndsWithLf;
        data = joined(head, headEndsWithLf, data);
        head = undefined;
      }
      if (data !== undefined) {
        builder.next = at;
        const event = create(eventType, endsWithLf ? data.slice(0, -1) : data, id, retry);
        data = undefined;
        endsWithLf = false;
        joins = 0;
        sink.onEvent(event);
        if (resets !== builder.resets) return;
      } else if (eventType !== "message" && sink.onEmpty !== undefined) {
        builder.next = at;
        sink.onEmpty(eventType);
        if (resets !== builder.resets) return;
      }
      eventType = "message";
      retry = undefined;
      continue;
    }

    // In the text, the line starts at `from` and ends at `to`, and the next line starts at `next`.
    const from = at - shift;
    if (lf < from) {
      lf = text.indexOf("\n", from);
      if (lf === -1) lf = NOT_FOUND;
    }
    let to = lf;
    let next = lf + 1;
    if (cr < lf) {
      if (cr < from) {
        cr = text.indexOf("\r", from);
        if (cr === -1) cr = NOT_FOUND;
      }
      if (cr < lf) {
        to = cr;
        if (cr + 1 !== lf) next = cr + 1;
      }
    }
    let lineEnd = to + shift;
    if (!aligned) {
      // A code unit of the text has at least one byte, so the line ends at `lineEnd` or later: exactly there when the
      // line is ASCII, and soon after it when few of its characters are not.
      const terminator = to === lf ? LF : CR;
      const near = lineEnd + SCAN_BYTES;
      while (lineEnd < near && bytes[lineEnd] !== terminator) lineEnd++;
      if (lineEnd === near) lineEnd = indexOfByte(bytes, terminator, near);
    }
    const length = lineEnd - at;
    if (length > limit) builder.fail();

    // The name is the part "before the first U+003A COLON character (:)", or the whole line when it has no colon. The
    // value is the part after it, without one leading space.
    if (
      first === D &&
      bytes[at + 1] === A &&
      bytes[at + 2] === T &&
      bytes[at + 3] === A &&
      (bytes[at + 4] === COLON || length === 4)
    ) {
      const value = length === 4 ? to : bytes[at + 5] === SPACE ? from + 6 : from + 5;
      // "Append the field value to the data buffer, then append a single U+000A LINE FEED (LF)": when the next line
      // starts like a data line, the value is cut out together with its LF, which halves the number of concatenations.
      const withLf = bytes[lineEnd + 1] === D && to === lf && lineEnd + 1 < end;
      const piece = text.slice(value, withLf ? next : to);
      if (data === undefined) {
        dataBytes = head === undefined ? length + 1 : dataBytes + length + 1;
        data = piece;
      } else {
        dataBytes += length + 1;
        data = endsWithLf ? data + piece : `${data}\n${piece}`;
        joins++;
      }
      if (dataBytes > limit) builder.fail();
      endsWithLf = withLf;
    } else if (
      first === E &&
      bytes[at + 1] === V &&
      bytes[at + 2] === E &&
      bytes[at + 3] === N &&
      bytes[at + 4] === T &&
      (bytes[at + 5] === COLON || length === 5)
    ) {
      const value = length === 5 ? to : bytes[at + 6] === SPACE ? from + 7 : from + 6;
      // An empty event type buffer stands for the type "message".
      eventType = value === to ? "message" : text.slice(value, to);
    } else if (first === I && bytes[at + 1] === D && (bytes[at + 2] === COLON || length === 2)) {
      const value = length === 2 ? to : bytes[at + 3] === SPACE ? from + 4 : from + 3;
      if (!aligned) {
        // Searched in the bytes: this text has two bytes a code unit, and the engine's search for NUL stops at the zero
        // byte of each ASCII character.
        nul = hasNul(bytes, at, lineEnd) ? to : NOT_FOUND;
      } else if (nul < from) {
        nul = text.indexOf("\0", from);
        if (nul === -1) nul = NOT_FOUND;
      }
      // "If the field value does not contain U+0000 NULL"
      if (nul > to) {
        id = text.slice(value, to);
        hasId = true;
      }
    } else if (first === COLON ? sink.onComment !== undefined : first === R || sink.onUnknown !== undefined) {
      builder.next = lineEnd + next - to;
      if (data !== undefined) {
        head = joined(head, headEndsWithLf, data);
        headEndsWithLf = endsWithLf;
        data = undefined;
      }
      builder.save(head, headEndsWithLf, dataBytes, eventType, id, hasId, retry);
      builder.parseOther(text.slice(from, to));
      if (resets !== builder.resets) return;
      retry = builder.retry;
      builder.clear();
    }
    at = lineEnd + next - to;
    shift = at - next;
  }
  builder.next = end;
  if (data !== undefined) {
    // Concatenation makes a rope, and reading one character of it makes it a flat string. A rope of half a million
    // pieces is slow to build, to keep and to read. The result is stored, because the engine could remove an unused
    // read.
    if (joins > ROPE_LIMIT) builder.flattenRead = data.charCodeAt(0);
    head = joined(head, headEndsWithLf, data);
    headEndsWithLf = endsWithLf;
  }
  builder.save(head, headEndsWithLf, dataBytes, eventType, id, hasId, retry);
}

/** Joins the two parts of the data buffer; each of them may be missing. */
function joined(head: string | undefined, headEndsWithLf: boolean, data: string | undefined): string | undefined {
  if (head === undefined) return data;
  if (data === undefined) return head;
  return headEndsWithLf ? head + data : `${head}\n${data}`;
}

function hasNul(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === 0) return true;
  return false;
}
