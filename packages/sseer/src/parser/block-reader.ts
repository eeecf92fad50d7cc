import { AdaptiveDecoder } from "./adaptive-decoder.js";
import { ByteLines, LONG_LINE } from "./byte-lines.js";
import { afterNextLineEnd, lastIndexOfByte } from "./byte-search.js";
import type { ServerSentEvent } from "../event.js";
import { type EventBuilder, ROPE_LIMIT } from "./event-builder.js";
import { isData } from "./line-positions.js";
import { parseCrLines } from "./parse-cr-lines.js";
import { parseLfLines } from "./parse-lf-lines.js";
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

/** Splits complete lines into blocks, decodes each block once and parses it with the loop for its kind of text. */
export class BlockReader<E extends ServerSentEvent> {
  readonly #builder: EventBuilder<E>;
  readonly #decoder: AdaptiveDecoder = new AdaptiveDecoder();
  readonly #lines: ByteLines<E>;

  constructor(builder: EventBuilder<E>) {
    this.#builder = builder;
    this.#lines = new ByteLines(builder, this.#decoder);
  }

  /** Reads the complete lines of `bytes` from `start` to `end`. Returns false when a callback reset the parser. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    const builder = this.#builder;
    const { resets } = builder;
    if (end - start > LONG_LINE) this.#lines.startSearch();
    // Most often all lines fit the limit together, and then no line has to be checked.
    const fits = end - start + builder.dataBytes <= builder.limit;
    const at = fits ? this.#lines.read(bytes, start, end) : start;
    if (at < end) this.#readBlocks(bytes, at, end);
    else if (builder.joins > ROPE_LIMIT) builder.flatten();
    return resets === builder.resets;
  }

  #readBlocks(bytes: Uint8Array, start: number, end: number): void {
    const builder = this.#builder;
    const { limit, resets } = builder;
    for (let at = start; at < end && resets === builder.resets;) {
      const room = limit - builder.dataBytes;
      const whole = end - at <= Math.min(BLOCK_SIZE + BLOCK_SLACK, room);
      const to = whole ? end : endOfBlock(bytes, at, end, Math.min(BLOCK_SIZE, room));
      // Only a block of one line can be larger.
      if (to - at > room) this.#checkLine(bytes, at, to);
      this.#parse(bytes, at, to);
      at = to;
      // A very long line is often the first one that did not fit the block.
      const fits = end - at + builder.dataBytes <= limit;
      if (fits && resets === builder.resets) at = this.#lines.read(bytes, at, end);
    }
  }

  #parse(bytes: Uint8Array, start: number, end: number): void {
    const builder = this.#builder;
    const text = this.#decoder.decode(bytes, start, end);
    if (text.length !== end - start) parseWideLines(builder, bytes, start, end, text);
    else if (text.includes("\r")) parseCrLines(builder, bytes, start, end, text);
    else parseLfLines(builder, bytes, start, end, text);
    if (builder.joins > ROPE_LIMIT) builder.flatten();
  }

  /** Throws when the line from `start` to `end`, with its line end, exceeds the limit alone or with the data before it. */
  #checkLine(bytes: Uint8Array, start: number, end: number): void {
    const { dataBytes, limit } = this.#builder;
    const to = bytes[end - 1] === LF && end - 2 >= start && bytes[end - 2] === CR ? end - 2 : end - 1;
    const before = isData(bytes, start, to) ? dataBytes + 1 : 0;
    if (before + to - start > limit) this.#builder.fail();
  }
}

/**
 * The end of a block of at most `size` bytes that starts at `start`. The first of these that exists:
 *
 * 1. the last LF in these bytes, so that a long line shares its block with few others
 * 2. the same for CR, in streams without LF
 * 3. the end of the first line, which is longer
 *
 * The searches go back in a view of the block: in all bytes, a search for the LF that is not there would go back to the
 * start for each block.
 */
function endOfBlock(bytes: Uint8Array, start: number, end: number, size: number): number {
  if (size < 2) return afterNextLineEnd(bytes.subarray(0, end), start);
  const block = bytes.subarray(start, start + size);
  const lf = lastIndexOfByte(block, LF, size - 1);
  if (lf !== -1) return start + lf + 1;
  // Not the last byte: the LF that belongs to a CR may be the next one.
  const cr = lastIndexOfByte(block, CR, size - 2);
  return cr === -1 ? afterNextLineEnd(bytes.subarray(0, end), start + size - 1) : start + cr + 1;
}
