const encoder = new TextEncoder();
const LINE_END = "\n";

/**
 * The hash of an event, 16 hexadecimal digits: FNV-1a with 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/) over the UTF-8
 * bytes of its type, a line feed, and its data. The id is not part of it.
 */
export function hashOf(event: string, data: Uint8Array | string): string {
  const hash = new Fnv64();
  hash.text(event);
  hash.text(LINE_END);
  if (typeof data === "string") hash.text(data);
  else hash.bytes(data);
  return hash.hex();
}

/** The low half of a hash of 16 digits. */
export function lowHalfOf(hash: string): number {
  return Number.parseInt(hash.slice(8), 16);
}

/**
 * FNV-1a with 64 bits, as two halves of 32. The prime is 2^40 + 435: a shift of the low half, and a small product, which is
 * made of products of 16 bits. Numbers of 32 bits stay out of floating point, whose remainder costs ten times as much.
 */
export class Fnv64 {
  #high = 0xcbf29ce4 | 0;
  #low = 0x84222325 | 0;

  /** Adds text; its UTF-8 bytes count. */
  text(text: string): void {
    let high = this.#high;
    let low = this.#low;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 127) {
        this.#high = high;
        this.#low = low;
        this.bytes(encoder.encode(text.slice(index)));
        return;
      }
      low ^= code;
      const product = (low & 0xffff) * 435;
      const upper = (low >>> 16) * 435 + (product >>> 16);
      high = (Math.imul(high, 435) + (upper >>> 16) + (low << 8)) | 0;
      low = (upper << 16) | (product & 0xffff);
    }
    this.#high = high;
    this.#low = low;
  }

  /** Adds bytes. */
  bytes(bytes: Uint8Array): void {
    let high = this.#high;
    let low = this.#low;
    for (let index = 0; index < bytes.length; index += 1) {
      low ^= bytes[index] as number;
      const product = (low & 0xffff) * 435;
      const upper = (low >>> 16) * 435 + (product >>> 16);
      high = (Math.imul(high, 435) + (upper >>> 16) + (low << 8)) | 0;
      low = (upper << 16) | (product & 0xffff);
    }
    this.#high = high;
    this.#low = low;
  }

  /** The high 32 bits. */
  get high(): number {
    return this.#high >>> 0;
  }

  /** The low 32 bits. */
  get low(): number {
    return this.#low >>> 0;
  }

  /** 16 digits. */
  hex(): string {
    const { high, low } = this;
    return (
      digits(high >>> 24) +
      digits(high >>> 16) +
      digits(high >>> 8) +
      digits(high) +
      digits(low >>> 24) +
      digits(low >>> 16) +
      digits(low >>> 8) +
      digits(low)
    );
  }
}

/** Two digits for each byte: a number's own `toString` costs five times as much. */
const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The lowest byte. */
function digits(value: number): string {
  return DIGITS[value & 0xff] as string;
}
