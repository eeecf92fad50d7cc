import { decodeUtf8 } from "./decode-utf8.js";

const SLOTS = 8;
/** A type that is longer is not remembered. */
const LONGEST_TYPE = 64;

/**
 * Remembers the event types seen lately. A stream has few of them, and where one comes in a line of its own, comparing
 * its bytes is cheaper than decoding them.
 */
export class EventTypes {
  readonly #known: { readonly bytes: Uint8Array; readonly type: string }[] = [];

  /** The type that `bytes` from `start` to `end` spell; "message" when they are empty. */
  read(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return "message";
    // Types that share their length and their first letter take turns in a slot.
    const slot = (length + (bytes[start] ?? 0)) % SLOTS;
    const known = this.#known[slot];
    if (known !== undefined && known.bytes.length === length) {
      let same = 0;
      while (same < length && known.bytes[same] === bytes[start + same]) same++;
      if (same === length) return known.type;
    }
    const type = decodeUtf8(bytes, start, end);
    if (length <= LONGEST_TYPE) this.#known[slot] = { bytes: new Uint8Array(bytes.subarray(start, end)), type };
    return type;
  }
}
