import type { AdaptiveDecoder } from "./adaptive-decoder.js";

const LF = 0x0a;
const CR = 0x0d;

/** So many types are remembered. */
const SLOTS = 8;
/** The longest type that is remembered, in bytes. */
const LONGEST_TYPE = 64;

/** An event type, and the bytes that it was decoded from. */
interface KnownType {
  /** The number of bytes. */
  readonly length: number;
  /** The bytes, four to a word; the last word is filled up with zeros. */
  readonly words: Int32Array;
  readonly type: string;
}

/**
 * Remembers the latest event types. A stream has few different types, and comparing the bytes with a remembered type is
 * cheaper than decoding them; it also finds the end of the line.
 */
export class EventTypes {
  readonly #decoder: AdaptiveDecoder;
  readonly #known: KnownType[] = [];
  #oldest = 0;
  /** The type of the last event: most often the next one has it, too. */
  #last: KnownType | undefined;

  constructor(decoder: AdaptiveDecoder) {
    this.#decoder = decoder;
  }

  /** The remembered type that is the value at `start` of a line of `bytes`; `undefined` when it is not known. */
  find(bytes: Uint8Array, start: number, end: number): KnownType | undefined {
    const last = this.#last;
    if (last !== undefined && isValue(last, bytes, start, end)) return last;
    // A loop: `find` calls a function for each type.
    for (const known of this.#known) if (isValue(known, bytes, start, end)) return (this.#last = known);
    return undefined;
  }

  /** Decodes and remembers the type in `bytes` from `start` to `end`. */
  add(bytes: Uint8Array, start: number, end: number): string {
    const type = this.#decoder.decode(bytes, start, end);
    if (end - start <= LONGEST_TYPE) {
      this.#last = { length: end - start, words: wordsOf(bytes, start, end), type };
      this.#known[this.#oldest] = this.#last;
      this.#oldest = (this.#oldest + 1) % SLOTS;
    }
    return type;
  }
}

/** The line's value at `start` is the known type. It compares a word a step: four comparisons of bytes cost twice as much. */
function isValue({ length, words }: KnownType, bytes: Uint8Array, start: number, end: number): boolean {
  const to = start + length;
  if (to >= end) return false;
  const lineEnd = bytes[to];
  if (lineEnd !== LF && lineEnd !== CR) return false;
  let at = start;
  let word = 0;
  for (; at + 4 <= to; at += 4) if (wordAt(bytes, at) !== words[word++]) return false;
  for (let shift = 0; at < to; at++, shift += 8) {
    if (bytes[at] !== (((words[word] as number) >> shift) & 0xff)) return false;
  }
  return true;
}

function wordsOf(bytes: Uint8Array, start: number, end: number): Int32Array {
  const words = new Int32Array(Math.ceil((end - start) / 4));
  for (let at = start; at < end; at++) {
    words[(at - start) >> 2] =
      (words[(at - start) >> 2] as number) | ((bytes[at] as number) << (8 * ((at - start) & 3)));
  }
  return words;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
