import { AdaptiveDecoder } from "./adaptive-decoder.js";
import { ByteLines } from "./byte-lines.js";
import { afterNextLineEnd, lastIndexOfByte } from "./byte-search.js";
import type { ServerSentEvent } from "../event.js";
import type { EventBuilder } from "./event-builder.js";
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
    // Most often all lines fit the limit together, and then no line has to be checked.
    const fits = end - start + builder.dataBytes <= builder.limit;
    const at = fits ? this.#lines.read(bytes, start, end) : start;
    if (at < end) this.#readBlocks(bytes, at, end);
    return resets === builder.resets;
  }

  #readBlocks(bytes: Uint8Array, start: number, end: number): void {
    const builder = this.#builder;
    const { limit, resets } = builder;
    for (let at = start; at < end && resets === builder.resets;) {
      const to = end - at <= BLOCK_SIZE + BLOCK_SLACK ? end : endOfBlock(bytes, at, end);
      if (to - at + builder.dataBytes > limit) this.#parseLineByLine(bytes, at, to);
      else this.#parse(bytes, at, to);
      at = to;
      // A very long line is often the first one that did not fit the block.
      if (at < end && resets === builder.resets && end - at + builder.dataBytes <= limit)
        at = this.#lines.continue(bytes, at, end);
    }
  }

  #parse(bytes: Uint8Array, start: number, end: number): void {
    const builder = this.#builder;
    const text = this.#decoder.decode(bytes, start, end);
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
}

/**
 * The end of the block that starts at `start`. The first of these that exists:
 *
 * 1. the last LF before `BLOCK_SIZE`, so that a long line shares its block with few others
 * 2. the same for CR, in streams without LF
 * 3. the end of the long line that fills the block
 *
 * The searches go back in a view of the block: in all bytes, a search for the LF that is not there would go back to the
 * start for each block.
 */
function endOfBlock(bytes: Uint8Array, start: number, end: number): number {
  const target = start + BLOCK_SIZE;
  const block = bytes.subarray(start, target);
  const lf = lastIndexOfByte(block, LF);
  if (lf !== -1) return start + lf + 1;
  const cr = lastIndexOfByte(block, CR);
  if (cr === -1) return afterNextLineEnd(bytes.subarray(0, end), target);
  // The LF of this CR may be the first byte after the block.
  return start + cr + 1 === target && bytes[target] === LF ? target + 1 : start + cr + 1;
}
