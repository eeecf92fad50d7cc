import { type FrameKind, kindOf, unmask } from "./frames.js";

/** One frame as the server received it. */
export interface ReceivedFrame {
  /** What it carries. */
  readonly kind: FrameKind;
  /** Its opcode. */
  readonly opcode: number;
  /** Whether it is the last one of its message. */
  readonly fin: boolean;
  /** Its reserved bits: 4 is RSV1. */
  readonly rsv: number;
  /** Whether it was masked, as every frame of a client must be. */
  readonly masked: boolean;
  /** Its payload, unmasked. */
  readonly payload: Uint8Array;
  /** The payload as UTF-8; of a Close frame its reason. */
  readonly text: string;
  /** The code of a Close frame; `undefined` where it has none, and for other frames. */
  readonly code: number | undefined;
  /** When it was complete, in milliseconds of `performance.now()`. */
  readonly at: number;
}

interface Head {
  readonly first: number;
  readonly masked: boolean;
  /** Length of the head in bytes, with the mask. */
  readonly size: number;
  readonly payload: number;
}

/** Cuts the bytes of a client into frames. It judges nothing. */
export class FrameReader {
  readonly #onFrame: (frame: ReceivedFrame) => void;
  /** Joined only when a frame is complete: a large one in small pieces is copied once. */
  #pieces: Buffer[] = [];
  #size = 0;
  #head: Head | undefined;

  /** `onFrame` gets every frame. */
  constructor(onFrame: (frame: ReceivedFrame) => void) {
    this.#onFrame = onFrame;
  }

  /** Reads bytes, cut anywhere; calls the listener for each frame that is complete. */
  push(bytes: Buffer): void {
    this.#pieces.push(bytes);
    this.#size += bytes.length;
    for (;;) {
      this.#head ??= this.#size < 2 ? undefined : this.#readHead();
      if (this.#head === undefined || this.#size < this.#head.size + this.#head.payload) return;
      this.#takeFrame(this.#head);
    }
  }

  /** The head at the start of the bytes; `undefined` while a part of it is missing. */
  #readHead(): Head | undefined {
    const bytes = this.#joined();
    const short = (bytes[1] as number) & 127;
    const masked = (bytes[1] as number) >= 128;
    const end = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < end) return undefined;
    const payload = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    return { first: bytes[0] as number, masked, size: end + (masked ? 4 : 0), payload };
  }

  #takeFrame({ first, masked, size, payload: length }: Head): void {
    const bytes = this.#joined();
    const rest = bytes.subarray(size + length);
    this.#head = undefined;
    this.#pieces = [rest];
    this.#size = rest.length;
    const raw = bytes.subarray(size, size + length);
    const payload = masked ? unmask(raw, bytes.subarray(size - 4, size)) : Buffer.from(raw);
    const kind = kindOf(first & 15);
    const hasCode = kind === "close" && payload.length >= 2;
    this.#onFrame({
      kind,
      opcode: first & 15,
      fin: first >= 128,
      rsv: (first >> 4) & 7,
      masked,
      payload,
      text: payload.toString("utf8", hasCode ? 2 : 0),
      code: hasCode ? payload.readUInt16BE(0) : undefined,
      at: performance.now(),
    });
  }

  #joined(): Buffer {
    const [only] = this.#pieces;
    const joined = this.#pieces.length === 1 ? (only as Buffer) : Buffer.concat(this.#pieces);
    this.#pieces = [joined];
    return joined;
  }
}
