import type { DecodeUtf8 } from "./decoders.js";

const SLOTS = 8;
/** The longest type that is remembered, in bytes. */
const LONGEST_TYPE = 64;

/**
 * Remembers the latest event types. A stream has few different types, and when a line comes alone, comparing its bytes
 * with a remembered type is cheaper than decoding them.
 */
export class EventTypes {
  readonly #known: { readonly bytes: Uint8Array; readonly type: string }[] = [];
  readonly #decode: DecodeUtf8;

  constructor(decode: DecodeUtf8) {
    this.#decode = decode;
  }

  /** The event type in `bytes` from `start` to `end`; `undefined` when there are none. */
  read(bytes: Uint8Array, start: number, end: number): string | undefined {
    const length = end - start;
    if (length === 0) return undefined;
    // Two types with the same length and the same first letter replace each other in a slot.
    const slot = (length + (bytes[start] ?? 0)) % SLOTS;
    const known = this.#known[slot];
    if (known !== undefined && known.bytes.length === length) {
      let same = 0;
      while (same < length && known.bytes[same] === bytes[start + same]) same++;
      if (same === length) return known.type;
    }
    const type = this.#decode(bytes, start, end);
    if (length <= LONGEST_TYPE) this.#known[slot] = { bytes: new Uint8Array(bytes.subarray(start, end)), type };
    return type;
  }
}
