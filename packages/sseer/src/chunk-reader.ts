import { BlockReader } from "./block-reader.js";
import { afterLastLineEnd, afterAnyLineEnd } from "./byte-search.js";
import type { ServerSentEvent } from "./event.js";
import type { EventBuilder } from "./event-builder.js";
import { HeldBytes } from "./held-bytes.js";

const LF = 0x0a;
const CR = 0x0d;

/** A chunk up to this length is copied whole behind an unfinished line; of a longer one only the line's end is. */
const SMALL_CHUNK = 4096;

/** Of a chunk up to this length the end is held by copying all of it: a view of its end costs more than its bytes. */
const COPY_WHOLE_UP_TO = 512;

const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);
const NO_BYTES = new Uint8Array(0);

/**
 * Turns chunks, cut anywhere, into runs of whole lines, and keeps the unfinished line.
 *
 * Every byte is searched for line ends a fixed number of times and copied a fixed number of times, so the time is
 * linear in the input, however it is cut.
 */
export class ChunkReader<E extends ServerSentEvent> {
  readonly #builder: EventBuilder<E>;
  readonly #blocks: BlockReader<E>;
  readonly #limit: number;
  readonly #held: HeldBytes = new HeldBytes();

  /** How many bytes of a byte order mark began the stream; 3 once that is settled. */
  #bomBytes = 0;
  /** A CR at the very end of a chunk ended a line: an LF at the start of the next one belongs to it. */
  #afterCr = false;
  /** Whether one of the two above matters for the next chunk. */
  #checkStart = true;

  /** Lines are being parsed in `#held`, not in the chunk, of which `#restStart` on is still to come. */
  #inHeld = false;
  #restStart = 0;

  constructor(builder: EventBuilder<E>, limit: number) {
    this.#builder = builder;
    this.#blocks = new BlockReader(builder);
    this.#limit = limit;
  }

  /** Parses one chunk. When a callback throws, `takeRest` has what was not parsed. */
  read(chunk: Uint8Array): void {
    const start = this.#checkStart ? this.#skipStart(chunk) : 0;
    const length = chunk.length;
    if (start === length) return;

    if (this.#held.end === 0) {
      this.#readDirectly(chunk, start);
    } else if (length <= SMALL_CHUNK) {
      this.#readHeld(chunk, start, length, afterLastLineEnd(chunk, start));
    } else {
      const lineEnd = afterAnyLineEnd(chunk, start);
      if (lineEnd === -1) this.#hold(chunk, start);
      else if (this.#readHeld(chunk, start, lineEnd, lineEnd) && lineEnd < length) this.#readDirectly(chunk, lineEnd);
    }
  }

  /** What a callback that threw left of `chunk`, and of what was held before it; a copy. */
  takeRest(chunk: Uint8Array): Uint8Array {
    const { next } = this.#builder;
    const held = this.#inHeld ? this.#held.bytes.subarray(next, this.#held.end) : NO_BYTES;
    const later = chunk.subarray(this.#inHeld ? this.#restStart : next);
    const rest = new Uint8Array(held.length + later.length);
    rest.set(held);
    rest.set(later, held.length);
    if (rest.length === 0) this.#noteCr(chunk);
    this.#held.clear();
    this.#inHeld = false;
    return rest;
  }

  /** Forgets everything of the stream so far. Called from a callback, it drops the rest of the chunk. */
  reset(): void {
    this.#held.clear();
    this.#inHeld = false;
    this.#bomBytes = 0;
    this.#afterCr = false;
    this.#checkStart = true;
  }

  /** Nothing is held: whole lines are parsed where they are, and what is left is held. */
  #readDirectly(chunk: Uint8Array, start: number): void {
    const lineEnd = afterLastLineEnd(chunk, start);
    if (lineEnd > start && !this.#blocks.read(chunk, start, lineEnd)) return;
    if (lineEnd < chunk.length) this.#hold(chunk, lineEnd);
    else this.#noteCr(chunk);
  }

  /**
   * An unfinished line is held: `chunk` from `start` to `end` is put behind it, and the whole lines up to `lineEnd` are
   * parsed there. Returns false when a callback reset the parser.
   */
  #readHeld(chunk: Uint8Array, start: number, end: number, lineEnd: number): boolean {
    const held = this.#held;
    held.append(chunk, start, end);
    if (lineEnd > start) {
      const heldLineEnd = held.end - end + lineEnd;
      this.#inHeld = true;
      this.#restStart = end;
      if (!this.#blocks.read(held.bytes, held.start, heldLineEnd)) return false;
      this.#inHeld = false;
      held.dropBefore(heldLineEnd);
      if (lineEnd === chunk.length) this.#noteCr(chunk);
    }
    if (held.end - held.start > this.#limit) this.#builder.fail();
    return true;
  }

  #hold(chunk: Uint8Array, start: number): void {
    if (this.#held.end === 0 && chunk.length <= COPY_WHOLE_UP_TO) {
      this.#held.append(chunk, 0, chunk.length);
      this.#held.start = start;
    } else {
      this.#held.append(chunk, start, chunk.length);
    }
    if (this.#held.end - this.#held.start > this.#limit) this.#builder.fail();
  }

  /** All of the chunk was parsed: was a CR the last of it? */
  #noteCr(chunk: Uint8Array): void {
    if (chunk[chunk.length - 1] === CR) {
      this.#afterCr = true;
      this.#checkStart = true;
    }
  }

  /** Skips what belongs to the byte order mark, or to the line end before; returns where the rest starts. */
  #skipStart(chunk: Uint8Array): number {
    if (chunk.length === 0) return 0;
    let at = 0;
    if (this.#afterCr) {
      this.#afterCr = false;
      if (chunk[0] === LF) at = 1;
    }
    // "One leading U+FEFF BYTE ORDER MARK character must be ignored if any are present."
    const seen = this.#bomBytes;
    while (this.#bomBytes < 3 && at < chunk.length && chunk[at] === BYTE_ORDER_MARK[this.#bomBytes]) {
      this.#bomBytes++;
      at++;
    }
    if (this.#bomBytes < 3 && at < chunk.length) {
      // It was none after all. Its bytes in this chunk are read from here; those of earlier chunks are held by now.
      this.#bomBytes = 3;
      at = 0;
      if (seen > 0) this.#held.append(BYTE_ORDER_MARK, 0, seen);
    }
    this.#checkStart = this.#bomBytes < 3;
    return at;
  }
}
