const encoder = new TextEncoder();
const LINE_END = 10;

/**
 * The hash of an event, 16 hexadecimal digits: FNV-1a with 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/) over the UTF-8
 * bytes of its type, a line feed, and its data. The id is not part of it.
 */
export function hashOf(event: string, data: Uint8Array): string {
  const hash = new Fnv64();
  hash.text(event);
  hash.byte(LINE_END);
  hash.bytes(data);
  return hash.hex();
}

/** FNV-1a with 64 bits, as two halves of 32. The prime is 2^40 + 435: a shift of the low half, and a small product. */
export class Fnv64 {
  #high = 0xcbf29ce4;
  #low = 0x84222325;

  /** Adds text; its UTF-8 bytes count. */
  text(text: string): void {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 127) {
        this.bytes(encoder.encode(text.slice(index)));
        return;
      }
      this.byte(code);
    }
  }

  /** Adds bytes. */
  bytes(bytes: Uint8Array): void {
    let high = this.#high;
    let low = this.#low;
    for (let index = 0; index < bytes.length; index += 1) {
      low = (low ^ (bytes[index] as number)) >>> 0;
      const product = low * 435;
      high = (high * 435 + Math.floor(product / 0x1_0000_0000) + low * 256) % 0x1_0000_0000;
      low = product >>> 0;
    }
    this.#high = high;
    this.#low = low;
  }

  /** Adds one byte. */
  byte(byte: number): void {
    const low = (this.#low ^ byte) >>> 0;
    const product = low * 435;
    this.#high = (this.#high * 435 + Math.floor(product / 0x1_0000_0000) + low * 256) % 0x1_0000_0000;
    this.#low = product >>> 0;
  }

  /** The high 32 bits. */
  get high(): number {
    return this.#high >>> 0;
  }

  /** The low 32 bits. */
  get low(): number {
    return this.#low;
  }

  /** 16 digits. */
  hex(): string {
    return hexOf(this.high) + hexOf(this.low);
  }
}

function hexOf(half: number): string {
  return half.toString(16).padStart(8, "0");
}
