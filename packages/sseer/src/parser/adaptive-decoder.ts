import { decoders } from "./decode-utf8.js";
import type { Decoders } from "./decoders.js";

/** After a text that was not ASCII, this many texts are expected to be like it. */
const WIDE_TEXTS = 8;

/** Decodes with the decoder for the kind of text that came last. */
export class AdaptiveDecoder {
  readonly #decoders: Decoders = decoders();
  /** How many of the next texts are decoded as text that is probably not ASCII. */
  #wideTextsLeft = 0;

  decode(bytes: Uint8Array, start: number, end: number): string {
    const { decode, decodeWide } = this.#decoders;
    const text = this.#wideTextsLeft > 0 ? decodeWide(bytes, start, end) : decode(bytes, start, end);
    if (text.length !== end - start) this.#wideTextsLeft = WIDE_TEXTS;
    else if (this.#wideTextsLeft > 0) this.#wideTextsLeft--;
    return text;
  }
}
