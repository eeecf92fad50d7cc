/** What a frame carries, by its opcode (RFC 6455, section 5.2). */
export type FrameKind = "continuation" | "text" | "binary" | "close" | "ping" | "pong" | "unknown";

/** The opcodes of RFC 6455. */
const OPCODES: Readonly<Record<Exclude<FrameKind, "unknown">, number>> = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
};

const KINDS = new Map<number, FrameKind>(Object.entries(OPCODES).map(([kind, code]) => [code, kind as FrameKind]));

export function kindOf(opcode: number): FrameKind {
  return KINDS.get(opcode) ?? "unknown";
}

/** A frame in its parts. It is written as they say, also where RFC 6455 forbids it. */
export interface FrameParts {
  /** From 0 to 15, or its name. */
  readonly opcode: number | Exclude<FrameKind, "unknown">;
  /** What follows the head. @defaultValue nothing */
  readonly payload?: string | Uint8Array | undefined;
  /** Whether it is the last one of its message. @defaultValue true */
  readonly fin?: boolean | undefined;
  /** The reserved bits: 4 is RSV1, which `permessage-deflate` uses, 2 is RSV2, 1 is RSV3. @defaultValue 0 */
  readonly rsv?: number | undefined;
  /** Whether the payload is masked, which a server must not do. @defaultValue false */
  readonly masked?: boolean | undefined;
  /** The length that the head tells. @defaultValue that of the payload */
  readonly length?: number | bigint | undefined;
  /** In how many bits the length is written. @defaultValue the fewest */
  readonly lengthBits?: 7 | 16 | 64 | undefined;
}

/** The key of masked frames: a test reads the same bytes in every run. */
const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** The bytes of a frame. */
export function encodeFrame({
  opcode,
  payload = "",
  fin = true,
  rsv = 0,
  masked = false,
  ...length
}: FrameParts): Buffer {
  const data = Buffer.from(payload);
  const code = typeof opcode === "number" ? opcode : OPCODES[opcode];
  const head = lengthBytes(BigInt(length.length ?? data.length), length.lengthBits);
  head[0] = (fin ? 0x80 : 0) | ((rsv & 7) << 4) | (code & 15);
  if (!masked) return Buffer.concat([head, data]);
  head[1] = (head[1] as number) | 0x80;
  return Buffer.concat([head, MASK, unmask(data, MASK)]);
}

/** The first bytes of a frame: one for the flags, the rest for the length. */
function lengthBytes(length: bigint, wanted?: FrameParts["lengthBits"]): Buffer {
  const bits = wanted ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64);
  if (bits === 7) return Buffer.from([0, Number(length & 127n)]);
  const bytes = Buffer.alloc(bits === 16 ? 4 : 10);
  bytes[1] = bits === 16 ? 126 : 127;
  if (bits === 16) bytes.writeUInt16BE(Number(length & 0xffffn), 2);
  else bytes.writeBigUInt64BE(BigInt.asUintN(64, length), 2);
  return bytes;
}

/** `data` with each byte XORed with the mask; a copy. */
export function unmask(data: Uint8Array, mask: Uint8Array): Buffer {
  const bytes = Buffer.from(data);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = (bytes[i] as number) ^ (mask[i & 3] as number);
  return bytes;
}

/** The frames of one message, its payload cut into pieces of `size` bytes: text may be cut inside a character. */
export function encodeMessage(data: string | Uint8Array, size: number = Infinity): Buffer[] {
  const payload = Buffer.from(data);
  const frames: Buffer[] = [];
  let at = 0;
  do {
    const end = Math.min(at + size, payload.length);
    const opcode = at > 0 ? "continuation" : typeof data === "string" ? "text" : "binary";
    frames.push(encodeFrame({ opcode, payload: payload.subarray(at, end), fin: end === payload.length }));
    at = end;
  } while (at < payload.length);
  return frames;
}

/** The body of a Close frame: nothing where there is no code. */
export function closeBody(code: number | undefined, reason = ""): Buffer {
  if (code === undefined) return Buffer.alloc(0);
  return Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]);
}
