import type { AdaptiveDecoder } from "./adaptive-decoder.js";

const LF = 0x0a;
const CR = 0x0d;

/** So many types are remembered. */
const SLOTS = 8;
/** The longest type that is remembered, in bytes. */
const LONGEST_TYPE = 64;

/** An event type, and the bytes that it was decoded from. */
interface KnownType {
  readonly bytes: Uint8Array;
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
    if (last !== undefined && isValue(last.bytes, bytes, start, end)) return last;
    return (this.#last = this.#known.find((known) => isValue(known.bytes, bytes, start, end)));
  }

  /** Decodes and remembers the type in `bytes` from `start` to `end`. */
  add(bytes: Uint8Array, start: number, end: number): string {
    const type = this.#decoder.decode(bytes, start, end);
    if (end - start <= LONGEST_TYPE) {
      this.#last = { bytes: new Uint8Array(bytes.subarray(start, end)), type };
      this.#known[this.#oldest] = this.#last;
      this.#oldest = (this.#oldest + 1) % SLOTS;
    }
    return type;
  }
}

/** The line's value at `start` is `value`. It compares four bytes a step: the loop costs more than a comparison. */
function isValue(value: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const { length } = value;
  if (start + length >= end) return false;
  const lineEnd = bytes[start + length];
  if (lineEnd !== LF && lineEnd !== CR) return false;
  let at = 0;
  while (
    at + 3 < length &&
    value[at] === bytes[start + at] &&
    value[at + 1] === bytes[start + at + 1] &&
    value[at + 2] === bytes[start + at + 2] &&
    value[at + 3] === bytes[start + at + 3]
  ) {
    at += 4;
  }
  while (at < length && value[at] === bytes[start + at]) at++;
  return at === length;
}
