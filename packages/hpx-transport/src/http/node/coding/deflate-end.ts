import { crc32 } from "node:zlib";

/** How a member of gzip starts (RFC 1952, section 2.3.1), its method included. */
const MAGIC = Buffer.of(0x1f, 0x8b, 0x08);
/** A flush leaves an empty stored block: everything before it can be decoded. */
const FLUSHED = Buffer.of(0x00, 0x00, 0xff, 0xff);
/** An empty last block in fixed codes, as zlib writes it behind a flush. */
const LAST_BLOCK = 0x03;
const TRAILER = 8;

/**
 * Watches the bytes of a deflate or gzip body for its end. Some servers flush after each event and complete the body
 * without the last block or the trailer of gzip: nothing is missing of what they wrote.
 */
export class DeflateEnd {
  /** The last bytes that came. */
  readonly #tail: Buffer = Buffer.alloc(TRAILER);
  #received = 0;

  /** Takes the bytes that came. */
  receive(bytes: Uint8Array): void {
    this.#received += bytes.length;
    const part = bytes.subarray(-TRAILER);
    this.#tail.copyWithin(0, part.length);
    this.#tail.set(part, TRAILER - part.length);
  }

  protected get tail(): Buffer {
    return this.#tail.subarray(Math.max(0, TRAILER - this.#received));
  }

  /** Whether the body ends with a flush, or with the start of the last block behind one. */
  get isFlushed(): boolean {
    const { tail } = this;
    const end = tail.at(-1) === LAST_BLOCK ? tail.subarray(0, -1) : tail;
    return end.subarray(-FLUSHED.length).equals(FLUSHED);
  }
}

/**
 * The same for gzip, whose trailer is known before it comes: the checksum and the length of what was decoded. A decoder
 * takes the rest of it only behind a whole stream, so giving it that rest tells a body that lacks its trailer from one that
 * is cut in the middle.
 */
export class GzipEnd extends DeflateEnd {
  #checksum = 0;
  #length = 0;
  /** There may be several members, and the trailer of the last one is not known then. */
  #isOneMember = true;

  override receive(bytes: Uint8Array): void {
    if (this.#isOneMember) this.#isOneMember = !this.#holdsAnotherMember(bytes);
    super.receive(bytes);
  }

  /** Takes the bytes that were decoded. */
  decode(bytes: Uint8Array): void {
    if (!this.#isOneMember) return;
    this.#checksum = crc32(bytes, this.#checksum);
    this.#length += bytes.length;
  }

  /** The part of the trailer that did not come; `undefined` where that cannot be said. */
  get missing(): Uint8Array | undefined {
    if (!this.#isOneMember) return undefined;
    const trailer = Buffer.alloc(TRAILER);
    trailer.writeUInt32LE(this.#checksum, 0);
    trailer.writeUInt32LE(this.#length % 2 ** 32, 4);
    for (let came = TRAILER; came > 0; came -= 1) {
      if (this.tail.subarray(-came).equals(trailer.subarray(0, came))) return trailer.subarray(came);
    }
    return trailer;
  }
  /** Whether another member may start in `bytes`, or with the bytes before them; compressed data may look like it. */
  #holdsAnotherMember(bytes: Uint8Array): boolean {
    const { tail } = this;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (buffer.includes(MAGIC, tail.length === 0 ? 1 : 0)) return true;
    return tail.length > 2 && Buffer.concat([tail.subarray(-2), buffer.subarray(0, 2)]).includes(MAGIC);
  }
}
