// A Buffer where chunks are Buffers: the engine compiles the loops for one class then, and not for two.
const { Buffer } = globalThis as { readonly Buffer?: { allocUnsafeSlow?(size: number): Uint8Array } };
const allocate = (size: number): Uint8Array => Buffer?.allocUnsafeSlow?.(size) ?? new Uint8Array(size);

const EMPTY = allocate(0);
const FIRST_SIZE = 2048;
/** An empty buffer up to this size is kept for the next line. */
const KEEP_BUFFER_UP_TO = 256 * 1024;

/**
 * The bytes of an unfinished line: `bytes` from `start` to `end`.
 *
 * Chunks are appended at the end, and complete lines are removed from the front. The buffer grows to double its size,
 * so each byte is moved a constant number of times. It is released after a line that needed much more than the next
 * line.
 */
export class HeldBytes {
  bytes: Uint8Array = EMPTY;
  start = 0;
  end = 0;

  /** Appends `chunk` from `from` to `to`. */
  append(chunk: Uint8Array, from: number, to: number): void {
    const added = to - from;
    if (this.end + added > this.bytes.length) this.#makeRoom(added);
    this.bytes.set(added === chunk.length ? chunk : chunk.subarray(from, to), this.end);
    this.end += added;
  }

  /** Drops everything before `start`. */
  dropBefore(start: number): void {
    if (start < this.end) {
      this.start = start;
      return;
    }
    const size = this.bytes.length;
    // With a half in place of a quarter, lines of changing length would make it shrink and grow in turn.
    if (size > KEEP_BUFFER_UP_TO || (size > FIRST_SIZE * 4 && this.end < size / 4)) this.bytes = EMPTY;
    this.start = 0;
    this.end = 0;
  }

  /** Drops all bytes and the buffer. */
  clear(): void {
    this.bytes = EMPTY;
    this.start = 0;
    this.end = 0;
  }

  #makeRoom(added: number): void {
    const held = this.end - this.start;
    const needed = held + added;
    // The bytes move within the buffer only when that frees half of it: a nearly full buffer would move for every
    // chunk.
    if (needed <= this.bytes.length / 2) {
      this.bytes.copyWithin(0, this.start, this.end);
    } else {
      const larger = allocate(Math.max(FIRST_SIZE, needed * 2));
      larger.set(this.bytes.subarray(this.start, this.end));
      this.bytes = larger;
    }
    this.start = 0;
    this.end = held;
  }
}
