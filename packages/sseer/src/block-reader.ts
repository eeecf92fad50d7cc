import { afterLastLineEnd, afterNextLineEnd, indexOfByte } from "./byte-search.js";
import { decodeUtf8, decodeWide } from "./decode-utf8.js";
import type { ServerSentEvent } from "./event.js";
import type { EventBuilder } from "./event-builder.js";
import { EventTypes } from "./event-types.js";
import { parseLines } from "./parse-lines.js";
import { parseShort } from "./parse-short.js";

const LF = 0x0a;

/**
 * Blocks are about this long. A string that the user keeps pins its whole block in memory, so they must be short; but
 * each has its price: with blocks of 2.5 KiB chunks of 16 KiB and more took a sixth longer.
 */
const BLOCK_SIZE = 8000;
/** Bytes that are not worth a block of their own. */
const BLOCK_SLACK = 512;
/** Lines that are together up to this long go another way first. */
const PARSE_SHORT_UP_TO = 64;
/** For so many more blocks the text is taken to be like the last one that was not ASCII. */
const WIDE_BLOCKS = 8;

/** Cuts whole lines into blocks, decodes each once, and has it obeyed. */
export class BlockReader<E extends ServerSentEvent> {
  readonly #builder: EventBuilder<E>;
  readonly #types: EventTypes = new EventTypes();
  /** How many more blocks are decoded as probably not ASCII. */
  #wideBlocksLeft = 0;

  constructor(builder: EventBuilder<E>) {
    this.#builder = builder;
  }

  /** Reads the lines of `bytes` from `start` to `end`, which are whole. Returns false when a callback reset the parser. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    const builder = this.#builder;
    const { resets } = builder;
    let from = end - start <= PARSE_SHORT_UP_TO ? parseShort(builder, this.#types, bytes, start, end) : start;
    while (from < end && resets === builder.resets) {
      const to = end - from <= BLOCK_SIZE + BLOCK_SLACK ? end : endOfBlock(bytes, from, end);
      parseLines(builder, bytes, from, to, this.#decode(bytes, from, to));
      from = to;
    }
    return resets === builder.resets;
  }

  #decode(bytes: Uint8Array, start: number, end: number): string {
    const text = this.#wideBlocksLeft > 0 ? decodeWide(bytes, start, end) : decodeUtf8(bytes, start, end);
    if (text.length !== end - start) this.#wideBlocksLeft = WIDE_BLOCKS;
    else if (this.#wideBlocksLeft > 0) this.#wideBlocksLeft--;
    return text;
  }
}

/**
 * Where the block ends that starts at `start`: after a line end soon behind its length; else, so that a long line shares
 * its block with few others, after the last one before its length; else after its only line.
 */
function endOfBlock(bytes: Uint8Array, start: number, end: number): number {
  const target = start + BLOCK_SIZE;
  const lf = indexOfByte(bytes.subarray(target, target + BLOCK_SLACK), LF, 0);
  // A blank line that follows belongs to the event before it.
  if (lf !== -1) return bytes[target + lf + 1] === LF && target + lf + 1 < end ? target + lf + 2 : target + lf + 1;
  const lineEnd = start + afterLastLineEnd(bytes.subarray(start, target), 0);
  // This is not between a CR and its LF: that LF would have been found above.
  if (lineEnd > start) return lineEnd;
  return afterNextLineEnd(bytes.subarray(0, end), target);
}
