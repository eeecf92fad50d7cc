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

  constructor(decoder: AdaptiveDecoder) {
    this.#decoder = decoder;
  }

  /** The remembered type that is the value at `start` of a line of `bytes`; `undefined` when it is not known. */
  find(bytes: Uint8Array, start: number, end: number): KnownType | undefined {
    for (let slot = 0; slot < this.#known.length; slot++) {
      const known = this.#known[slot] as KnownType;
      const { bytes: type } = known;
      const { length } = type;
      const lineEnd = start + length < end ? bytes[start + length] : 0;
      if ((lineEnd === LF || lineEnd === CR) && isAt(type, bytes, start)) return known;
    }
    return undefined;
  }

  /** Decodes and remembers the type in `bytes` from `start` to `end`. */
  add(bytes: Uint8Array, start: number, end: number): string {
    const type = this.#decoder.decode(bytes, start, end);
    if (end - start <= LONGEST_TYPE) {
      this.#known[this.#oldest] = { bytes: new Uint8Array(bytes.subarray(start, end)), type };
      this.#oldest = (this.#oldest + 1) % SLOTS;
    }
    return type;
  }
}

/** All of `part` is in `bytes` at `start`. It compares four bytes a step, because the loop costs more than a comparison. */
function isAt(part: Uint8Array, bytes: Uint8Array, start: number): boolean {
  const { length } = part;
  let at = 0;
  while (
    at + 3 < length &&
    part[at] === bytes[start + at] &&
    part[at + 1] === bytes[start + at + 1] &&
    part[at + 2] === bytes[start + at + 2] &&
    part[at + 3] === bytes[start + at + 3]
  ) {
    at += 4;
  }
  while (at < length && part[at] === bytes[start + at]) at++;
  return at === length;
}
