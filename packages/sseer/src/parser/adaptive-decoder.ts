import { decoders } from "./decode-utf8.js";
import type { DecodeUtf8 } from "./decoders.js";

/** After a text that was not ASCII, this many texts are expected to be like it. */
const WIDE_TEXTS = 8;

/** Decodes with the decoder for the kind of text that came last. */
export class AdaptiveDecoder {
  readonly #decode: DecodeUtf8 = decoders().decode;
  readonly #decodeWide: DecodeUtf8 = decoders().decodeWide;
  /** How many of the next texts are decoded as text that is probably not ASCII. */
  #wideTextsLeft = 0;

  decode(bytes: Uint8Array, start: number, end: number): string {
    const wide = this.#wideTextsLeft > 0;
    const text = wide ? this.#decodeWide(bytes, start, end) : this.#decode(bytes, start, end);
    if (text.length !== end - start) this.#wideTextsLeft = WIDE_TEXTS;
    else if (wide) this.#wideTextsLeft--;
    return text;
  }
}
