import { afterLastLineEnd, afterNextLineEnd, indexOfByte } from "./byte-search.js";
import { decoders } from "./decode-utf8.js";
import type { Decoders } from "./decoders.js";
import type { ServerSentEvent } from "../event.js";
import type { EventBuilder } from "./event-builder.js";
import { EventTypes } from "./event-types.js";
import { isData } from "./line-positions.js";
import { parseCrLines } from "./parse-cr-lines.js";
import { parseLfLines } from "./parse-lf-lines.js";
import { parseShort } from "./parse-short.js";
import { parseWideLines } from "./parse-wide-lines.js";

const LF = 0x0a;
const CR = 0x0d;

/**
 * The usual length of a block in bytes. A string that the user keeps holds its whole block in memory, so a block must
 * be short. But each block also costs time: with blocks of 2.5 KiB, chunks of 16 KiB and more took a sixth longer.
 */
const BLOCK_SIZE = 8000;
/** A block may exceed `BLOCK_SIZE` by this much: so few bytes are not worth a block of their own. */
const BLOCK_SLACK = 512;
/** Lines that together have at most this many bytes go through `parseShort` first. */
const PARSE_SHORT_UP_TO = 64;
/** After a block that was not ASCII, this many blocks are expected to be like it. */
const WIDE_BLOCKS = 8;

/** Splits complete lines into blocks, decodes each block once and parses it with the loop for its kind of text. */
export class BlockReader<E extends ServerSentEvent> {
  readonly #builder: EventBuilder<E>;
  readonly #decoders: Decoders = decoders();
  readonly #types: EventTypes = new EventTypes(this.#decoders.decode);
  /** How many of the next blocks are decoded as text that is probably not ASCII. */
  #wideBlocksLeft = 0;

  constructor(builder: EventBuilder<E>) {
    this.#builder = builder;
  }

  /** Reads the complete lines of `bytes` from `start` to `end`. Returns false when a callback reset the parser. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    const builder = this.#builder;
    const { limit, resets } = builder;
    let from = start;
    if (end - start <= PARSE_SHORT_UP_TO && end - start + builder.dataBytes <= limit) {
      from = parseShort(builder, this.#types, bytes, start, end);
    }
    while (from < end && resets === builder.resets) {
      const to = end - from <= BLOCK_SIZE + BLOCK_SLACK ? end : endOfBlock(bytes, from, end);
      // Most often the whole block fits the limit, and then no line of it has to be checked.
      if (to - from + builder.dataBytes <= limit) this.#parse(bytes, from, to);
      else this.#parseLineByLine(bytes, from, to);
      from = to;
    }
    return resets === builder.resets;
  }

  #parse(bytes: Uint8Array, start: number, end: number): void {
    const builder = this.#builder;
    const text = this.#decode(bytes, start, end);
    if (text.length !== end - start) parseWideLines(builder, bytes, start, end, text);
    else if (text.includes("\r")) parseCrLines(builder, bytes, start, end, text);
    else parseLfLines(builder, bytes, start, end, text);
    builder.flatten();
  }

  /** For a block with a line or event that may exceed the limit. */
  #parseLineByLine(bytes: Uint8Array, start: number, end: number): void {
    const builder = this.#builder;
    const { limit, resets } = builder;
    for (let at = start; at < end && resets === builder.resets;) {
      const next = afterNextLineEnd(bytes.subarray(0, end), at);
      const to = bytes[next - 1] === LF && next - 2 >= at && bytes[next - 2] === CR ? next - 2 : next - 1;
      const length = to - at;
      if (length > limit || (isData(bytes, at, to) && builder.dataBytes + length + 1 > limit)) builder.fail();
      this.#parse(bytes, at, next);
      at = next;
    }
  }

  #decode(bytes: Uint8Array, start: number, end: number): string {
    const { decode, decodeWide } = this.#decoders;
    const text = this.#wideBlocksLeft > 0 ? decodeWide(bytes, start, end) : decode(bytes, start, end);
    if (text.length !== end - start) this.#wideBlocksLeft = WIDE_BLOCKS;
    else if (this.#wideBlocksLeft > 0) this.#wideBlocksLeft--;
    return text;
  }
}

/**
 * The end of the block that starts at `start`. The first of these that exists:
 *
 * 1. a line end at most `BLOCK_SLACK` after `BLOCK_SIZE`
 * 2. the last line end before `BLOCK_SIZE`, so that a long line shares its block with few others
 * 3. the end of the long line that fills the block
 */
function endOfBlock(bytes: Uint8Array, start: number, end: number): number {
  const target = start + BLOCK_SIZE;
  const lf = indexOfByte(bytes.subarray(target, target + BLOCK_SLACK), LF, 0);
  // A blank line that follows belongs to the event before it.
  if (lf !== -1) return bytes[target + lf + 1] === LF && target + lf + 1 < end ? target + lf + 2 : target + lf + 1;
  const lineEnd = start + afterLastLineEnd(bytes.subarray(start, target), 0);
  // This position is not between a CR and its LF: the search above would have found that LF.
  if (lineEnd > start) return lineEnd;
  return afterNextLineEnd(bytes.subarray(0, end), target);
}
