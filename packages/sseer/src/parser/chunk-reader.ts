import { BlockReader } from "./block-reader.js";
import { afterLastLineEnd, afterAnyLineEnd } from "./byte-search.js";
import type { ServerSentEvent } from "../event.js";
import type { EventBuilder } from "./event-builder.js";
import { HeldBytes } from "./held-bytes.js";

const LF = 0x0a;
const CR = 0x0d;

/** A chunk up to this length is added whole to an unfinished line; of a longer chunk only the rest of that line is. */
const SMALL_CHUNK = 4096;

/**
 * To hold the end of a chunk up to this length, all of the chunk is copied: a view of the end costs more time than the
 * extra bytes.
 */
const COPY_WHOLE_UP_TO = 512;

const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);
const NO_BYTES = new Uint8Array(0);

/**
 * Turns chunks, cut anywhere, into runs of complete lines, and holds the unfinished line.
 *
 * Each byte is searched a fixed number of times and copied a fixed number of times, so the time grows linearly with the
 * input for every way to cut it.
 */
export class ChunkReader<E extends ServerSentEvent> {
  readonly #builder: EventBuilder<E>;
  readonly #blocks: BlockReader<E>;
  readonly #limit: number;
  readonly #held: HeldBytes = new HeldBytes();

  /** How many bytes of a byte order mark were seen; 3 as soon as it is complete or cannot be one. */
  #bomBytes = 0;
  /** The last chunk ended with a CR: an LF at the start of the next chunk belongs to the same line end. */
  #afterCr = false;
  /** The start of the next chunk needs one of the two checks above. */
  #checkStart = true;

  /** The parser works on `#held`, not on the chunk; the chunk's bytes from `#restStart` on come later. */
  #inHeld = false;
  #restStart = 0;

  constructor(builder: EventBuilder<E>, limit: number) {
    this.#builder = builder;
    this.#blocks = new BlockReader(builder);
    this.#limit = limit;
  }

  /** Parses one chunk. When a callback throws, `takeRest` returns the bytes that were not parsed. */
  read(chunk: Uint8Array): void {
    const { length } = chunk;
    // Most chunks of one line or event: there is nothing to hold before or after it.
    if (chunk[length - 1] === LF && this.#held.end === 0 && !this.#checkStart) {
      this.#blocks.read(chunk, 0, length);
      return;
    }
    const start = this.#checkStart ? this.#skipStart(chunk) : 0;
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

  /** After a callback threw: a copy of the bytes not parsed yet, of the held line and of `chunk`. */
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

  /** Starts a new stream. Called from a callback, it drops the rest of the chunk. */
  reset(): void {
    this.#held.clear();
    this.#inHeld = false;
    this.#bomBytes = 0;
    this.#afterCr = false;
    this.#checkStart = true;
  }

  /** No line is held: parses the complete lines in the chunk itself, and holds the unfinished line after them. */
  #readDirectly(chunk: Uint8Array, start: number): void {
    const lineEnd = afterLastLineEnd(chunk, start);
    if (lineEnd > start && !this.#blocks.read(chunk, start, lineEnd)) return;
    if (lineEnd < chunk.length) this.#hold(chunk, lineEnd);
    else this.#noteCr(chunk);
  }

  /**
   * A line is held: appends `chunk` from `start` to `end` to it, and parses the complete lines up to `lineEnd` there.
   * Returns false when a callback reset the parser.
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

  /** All of the chunk was parsed: notes whether its last byte is a CR. */
  #noteCr(chunk: Uint8Array): void {
    if (chunk[chunk.length - 1] === CR) {
      this.#afterCr = true;
      this.#checkStart = true;
    }
  }

  /** Skips an LF of the line end before, and bytes of the byte order mark. Returns the position of the rest. */
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
      // It is not a byte order mark. Its bytes in this chunk are parsed as text, and those of earlier chunks are held.
      this.#bomBytes = 3;
      at = 0;
      if (seen > 0) this.#held.append(BYTE_ORDER_MARK, 0, seen);
    }
    this.#checkStart = this.#bomBytes < 3;
    return at;
  }
}
