import type { AdaptiveDecoder } from "./adaptive-decoder.js";
import { indexOfByte } from "./byte-search.js";
import type { ServerSentEvent } from "../event.js";
import type { EventBuilder } from "./event-builder.js";
import { EventTypes } from "./event-types.js";
import { afterLineEnd } from "./line-positions.js";
import { SHORT_ASCII, shortAscii } from "./short-ascii.js";

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

/**
 * A data line from this length on is decoded alone. Where there are more bytes than this, the end of the line is searched
 * before; in fewer bytes it is guessed.
 */
export const LONG_LINE = 1024;
/** After a wrong guess, this many chunks are not guessed; twice as many after each further one, up to the maximum. */
const FIRST_PAUSE = 8;
const LONGEST_PAUSE = 256;
const NOT_FOUND = 0x3fff_ffff;

/**
 * Parses lines from their bytes, for chunks of one line or one event, and for very long data lines. To make a string of
 * a whole chunk and then cut the value out of it would be most of the work.
 */
export class ByteLines<E extends ServerSentEvent> {
  readonly #builder: EventBuilder<E>;
  readonly #decoder: AdaptiveDecoder;
  readonly #types: EventTypes;
  /** How many guesses are left out, and how many after the next wrong one. */
  #pause = 0;
  #nextPause: number = FIRST_PAUSE;
  /** The next LF and CR in a long run of lines. They are kept, because a search for each line would be quadratic. */
  #lf = -1;
  #cr = -1;

  constructor(builder: EventBuilder<E>, decoder: AdaptiveDecoder) {
    this.#builder = builder;
    this.#decoder = decoder;
    this.#types = new EventTypes(decoder);
  }

  /** Forgets what was found in other bytes. */
  startSearch(): void {
    this.#lf = -1;
    this.#cr = -1;
  }

  /**
   * Parses the complete lines of `bytes` from `start` on, up to the first line that is not worth it. Returns its
   * position; `end` when there is none, or when a callback reset the parser. The lines together fit the limit.
   */
  read(bytes: Uint8Array, start: number, end: number): number {
    const builder = this.#builder;
    let at = start;
    while (at < end) {
      const first = bytes[at];
      let to = at;
      if (first === LF || first === CR) {
        const next = afterLineEnd(bytes, at, end);
        if (!builder.dispatch(at, next)) return end;
        at = next;
        continue;
      }
      if (first === D && bytes[at + 1] === A && bytes[at + 2] === T && bytes[at + 3] === A && bytes[at + 4] === COLON) {
        const value = bytes[at + 5] === SPACE ? at + 6 : at + 5;
        to = end - value > LONG_LINE ? this.#takeLong(bytes, value) : this.#guess(bytes, value, end);
        if (to === -1) return at;
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
        const known = this.#types.find(bytes, value, end);
        if (known !== undefined) {
          to = value + known.length;
          builder.eventType = known.type;
        } else {
          to = value;
          while (bytes[to] !== LF && bytes[to] !== CR) to++;
          builder.eventType = to === value ? undefined : this.#types.add(bytes, value, to);
        }
      } else if (first === I && bytes[at + 1] === D && bytes[at + 2] === COLON) {
        const value = bytes[at + 3] === SPACE ? at + 4 : at + 3;
        to = endOfShortAscii(bytes, value);
        if (to === -1) return at;
        builder.blockId = shortAscii(bytes, value, to);
      } else if (first === COLON && builder.sink.onComment === undefined) {
        while (bytes[to] !== LF && bytes[to] !== CR) to++;
      } else {
        to = endOfShortAscii(bytes, at);
        if (to === -1) return at;
        if (!builder.addLine(shortAscii(bytes, at, to), 0, to - at, afterLineEnd(bytes, to, end))) return end;
      }
      at = afterLineEnd(bytes, to, end);
    }
    return at;
  }

  /**
   * Guesses that the data line is the last line but blank ones, and decodes its value. When the text has no line end, the
   * guess was right, and the text is the value. Returns the end of the line, or -1.
   */
  #guess(bytes: Uint8Array, value: number, end: number): number {
    if (this.#pause > 0) {
      this.#pause--;
      return -1;
    }
    if (end - value <= SHORT_ASCII) {
      const lineEnd = endOfShortAscii(bytes, value);
      if (lineEnd !== -1) {
        this.#builder.addData(shortAscii(bytes, value, lineEnd), false);
        return lineEnd;
      }
    }
    let to = end - 1;
    while (to > value && (bytes[to - 1] === LF || bytes[to - 1] === CR)) to--;
    const text = this.#decoder.decode(bytes, value, to);
    const length = lineLength(text);
    if (length < text.length) {
      // The line is most of the text, so it is cut out here, and the few lines after it are parsed from their bytes.
      if (2 * length >= text.length && text.length === to - value) {
        this.#builder.addData(text.slice(0, length), false);
        return value + length;
      }
      // A wrong guess costs a call that decodes, so a stream of other chunks must have few of them.
      this.#pause = this.#nextPause;
      this.#nextPause = Math.min(2 * this.#nextPause, LONGEST_PAUSE);
      return -1;
    }
    this.#nextPause = FIRST_PAUSE;
    this.#builder.addData(text, false);
    return to;
  }

  /** Takes a data line that is long enough for a decoding call of its own. Returns its end, or -1. */
  #takeLong(bytes: Uint8Array, value: number): number {
    if (this.#lf < value) this.#lf = find(bytes, LF, value);
    if (this.#lf - value < LONG_LINE) return -1;
    if (this.#cr < value) this.#cr = find(bytes, CR, value);
    const to = Math.min(this.#lf, this.#cr);
    if (to - value < LONG_LINE) return -1;
    this.#builder.addData(this.#decoder.decode(bytes, value, to), false);
    return to;
  }
}

/**
 * The end of the line at `at`, when there are at most `SHORT_ASCII` bytes before it and all are ASCII; otherwise -1. Control
 * characters end the search, too, so a line with a tab is left to the other loops.
 */
function endOfShortAscii(bytes: Uint8Array, at: number): number {
  const last = at + SHORT_ASCII;
  let to = at;
  while (to < last && (bytes[to] as number) > CR && (bytes[to] as number) < 0x80) to++;
  return bytes[to] === LF || bytes[to] === CR ? to : -1;
}

/** The length of the first line of `text`, without its line end. */
function lineLength(text: string): number {
  const lf = text.indexOf("\n");
  const cr = text.indexOf("\r");
  if (cr === -1) return lf === -1 ? text.length : lf;
  return lf === -1 || cr < lf ? cr : lf;
}

function find(bytes: Uint8Array, byte: number, from: number): number {
  const found = indexOfByte(bytes, byte, from);
  return found === -1 ? NOT_FOUND : found;
}
