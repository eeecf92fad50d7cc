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
const NOWHERE = 0x3fff_ffff;

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
  let { data, endsWithLf, dataBytes, eventType, lastEventIdBuffer: id, retry } = builder;
  let idChanged = id !== builder.lastEventId;
  builder.clear();

  // The next LF, CR and NUL in the text. A miss is remembered as well: where there is only one kind of line end,
  // searching for the other at every line would be quadratic.
  let lf = -1;
  let cr = text.indexOf("\r");
  if (cr === -1) cr = NOWHERE;
  let nul = -1;
  // Every character was one byte: then a place in the bytes, less `start`, is a place in the text.
  const aligned = text.length === end - start;
  let shift = start;

  for (let at = start; at < end;) {
    const first = bytes[at];
    // "If the line is empty (a blank line): Dispatch the event."
    if (first === LF || first === CR) {
      at += first === CR && at + 1 < end && bytes[at + 1] === LF ? 2 : 1;
      if (idChanged) {
        idChanged = false;
        builder.lastEventId = id;
        builder.lastEventIdBuffer = id;
      }
      if (data !== undefined) {
        builder.next = at;
        const event = create(eventType, endsWithLf ? data.slice(0, -1) : data, id, retry);
        data = undefined;
        endsWithLf = false;
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
      if (lf === -1) lf = NOWHERE;
    }
    let to = lf;
    let next = lf + 1;
    if (cr < lf) {
      if (cr < from) {
        cr = text.indexOf("\r", from);
        if (cr === -1) cr = NOWHERE;
      }
      if (cr < lf) {
        to = cr;
        if (cr + 1 !== lf) next = cr + 1;
      }
    }
    const lineEnd = aligned ? to + shift : indexOfByte(bytes, to === lf ? LF : CR, at);
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
      dataBytes = data === undefined ? length + 1 : dataBytes + length + 1;
      if (dataBytes > limit) builder.fail();
      if (data === undefined) data = piece;
      else data = endsWithLf ? data + piece : `${data}\n${piece}`;
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
      if (nul < from) {
        nul = text.indexOf("\0", from);
        if (nul === -1) nul = NOWHERE;
      }
      // "If the field value does not contain U+0000 NULL"
      if (nul > to) {
        id = text.slice(value, to);
        idChanged = true;
      }
    } else if (first === COLON ? sink.onComment !== undefined : first === R) {
      builder.next = lineEnd + next - to;
      builder.data = data;
      builder.endsWithLf = endsWithLf;
      builder.dataBytes = dataBytes;
      builder.eventType = eventType;
      builder.lastEventIdBuffer = id;
      builder.retry = retry;
      builder.obeyRare(text.slice(from, to));
      if (resets !== builder.resets) return;
      retry = builder.retry;
      builder.clear();
    }
    at = lineEnd + next - to;
    shift = at - next;
  }
  builder.next = end;
  builder.data = data;
  builder.endsWithLf = endsWithLf;
  builder.dataBytes = dataBytes;
  builder.eventType = eventType;
  builder.lastEventIdBuffer = id;
  builder.retry = retry;
}
