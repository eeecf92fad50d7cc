import { indexOfByte } from "./byte-search.js";
import type { ServerSentEvent } from "./event.js";
import type { EventBuilder } from "./event-builder.js";

// Bytes. Local to this file: an imported constant is a load and a check at each use.
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

/** Stands for the place of what the text does not have: beyond every text. */
const NOT_FOUND = 0x3fff_ffff;

/** So many bytes are looked at before a native search is worth its call. */
const SCAN_BYTES = 4;

/** So many pieces are too many to be left apart. */
const ROPE_LIMIT = 8;

/**
 * The hot path: obeys the lines of `bytes` from `start` to `end`, which are whole, and `text` when decoded, as
 * "Interpreting an event stream" says. When a callback resets the parser, the rest of them is dropped.
 *
 * Names are compared in the bytes, where a comparison is one load; values are cut out of the text, which copies nothing.
 * Both are walked side by side. It is one function, and calls next to nothing, because a compiler inlines only so much:
 * helpers for the searches and the names made it a fifth slower.
 */
export function parseLines<E extends ServerSentEvent>(
  builder: EventBuilder<E>,
  bytes: Uint8Array,
  start: number,
  end: number,
  text: string,
): void {
  const { sink, create, limit, resets } = builder;
  // The buffers live in variables while lines are obeyed: a field is written at each of its changes.
  let { dataBytes, eventType, hasId, lastEventIdBuffer: id, retry } = builder;
  // The data buffer's part from before these lines, and whether it ends with the LF that follows each data line.
  let head = builder.data;
  let headEndsWithLf = builder.endsWithLf;
  // Its part from these lines, likewise, and how often it was added to.
  let data: string | undefined;
  let endsWithLf = false;
  let joins = 0;
  builder.clear();

  // The next LF, CR and NUL in the text. A miss is remembered as well: where there is only one kind of line end,
  // searching for the other at every line would be quadratic.
  let lf = -1;
  let cr = text.indexOf("\r");
  if (cr === -1) cr = NOT_FOUND;
  let nul = -1;
  // Every character was one byte: then a place in the bytes, less `start`, is a place in the text.
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
      }
      eventType = "message";
      retry = undefined;
      continue;
    }

    // The line ends at `to`, and the next one starts at `next`, in the text.
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
      // A unit of text is at least a byte, so the line ends here or later: at once where the line is ASCII, soon where
      // few of its characters are not.
      const terminator = to === lf ? LF : CR;
      const near = lineEnd + SCAN_BYTES;
      while (lineEnd < near && bytes[lineEnd] !== terminator) lineEnd++;
      if (lineEnd === near) lineEnd = indexOfByte(bytes, terminator, near);
    }
    const length = lineEnd - at;
    if (length > limit) builder.fail();

    // The name is what comes "before the first U+003A COLON character (:)", or the whole line where there is none; the
    // value comes after it, less one space.
    if (
      first === D &&
      bytes[at + 1] === A &&
      bytes[at + 2] === T &&
      bytes[at + 3] === A &&
      (bytes[at + 4] === COLON || length === 4)
    ) {
      const value = length === 4 ? to : bytes[at + 5] === SPACE ? from + 6 : from + 5;
      // "Append the field value to the data buffer, then append a single U+000A LINE FEED (LF)": when another data line
      // seems to follow, the value is cut out with its LF, which halves the concatenations.
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
        // Not in the text: of two bytes a unit, one of each ASCII character is a NUL to the engine's search.
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
    } else if (first === COLON ? sink.onComment !== undefined : first === R) {
      builder.next = lineEnd + next - to;
      if (data !== undefined) {
        head = joined(head, headEndsWithLf, data);
        headEndsWithLf = endsWithLf;
        data = undefined;
      }
      builder.save(head, headEndsWithLf, dataBytes, eventType, id, hasId, retry);
      builder.parseCommentOrRetry(text.slice(from, to));
      if (resets !== builder.resets) return;
      retry = builder.retry;
      builder.clear();
    }
    at = lineEnd + next - to;
    shift = at - next;
  }
  builder.next = end;
  if (data !== undefined) {
    // A string that was added to is a tree of its pieces; reading a character makes it one string. A tree of half a
    // million pieces is slow to build, to keep and to read. The character is kept: a read that nobody needs is left out.
    if (joins > ROPE_LIMIT) builder.flattenRead = data.charCodeAt(0);
    head = joined(head, headEndsWithLf, data);
    headEndsWithLf = endsWithLf;
  }
  builder.save(head, headEndsWithLf, dataBytes, eventType, id, hasId, retry);
}

/** The data buffer of two parts, either of which may be missing. */
function joined(head: string | undefined, headEndsWithLf: boolean, data: string | undefined): string | undefined {
  if (head === undefined) return data;
  if (data === undefined) return head;
  return headEndsWithLf ? head + data : `${head}\n${data}`;
}

function hasNul(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === 0) return true;
  return false;
}
