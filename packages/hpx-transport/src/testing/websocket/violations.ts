import { encodeFrame } from "./frames.js";

/** A way to break RFC 6455, by the section that forbids it. */
export type Violation =
  /** A masked frame of a server (5.1). */
  | "masked"
  /** RSV1 without an extension that uses it (5.2). */
  | "rsv1"
  /** RSV2 (5.2). */
  | "rsv2"
  /** RSV3 (5.2). */
  | "rsv3"
  /** A reserved opcode for data (5.2). */
  | "data-opcode"
  /** A reserved opcode for control frames (5.2). */
  | "control-opcode"
  /** A continuation frame without a message to continue (5.4). */
  | "stray-continuation"
  /** A new message inside a fragmented one (5.4). */
  | "interleaved"
  /** A ping in two fragments (5.5). */
  | "fragmented-ping"
  /** A ping with 126 bytes (5.5). */
  | "long-ping"
  /** A 64-bit length with its highest bit set (5.2). */
  | "negative-length"
  /** Text that is not UTF-8 (8.1). */
  | "invalid-utf8"
  /** Text that ends inside a character (8.1). */
  | "truncated-utf8"
  /** A Close frame with one byte (5.5.1). */
  | "close-one-byte"
  /** A Close frame with a code that must not be sent: 1005 (7.4.1). */
  | "close-code"
  /** A Close frame whose reason is not UTF-8 (5.5.1). */
  | "close-utf8";

/** The bytes of a violation, and the close code that RFC 6455 asks for. */
export interface ViolationBytes {
  /** What to send, a frame each. */
  readonly frames: readonly Uint8Array[];
  /** 1002, or 1007 for text that is not UTF-8. */
  readonly code: 1002 | 1007;
}

const TEXT = { opcode: "text", payload: "garbled" } as const;
const INVALID_UTF8 = Uint8Array.of(0x68, 0xc3, 0x28);

/** What a peer must fail the connection for, each in its shortest form. */
export const VIOLATIONS: Readonly<Record<Violation, ViolationBytes>> = {
  masked: { frames: [encodeFrame({ ...TEXT, masked: true })], code: 1002 },
  rsv1: { frames: [encodeFrame({ ...TEXT, rsv: 4 })], code: 1002 },
  rsv2: { frames: [encodeFrame({ ...TEXT, rsv: 2 })], code: 1002 },
  rsv3: { frames: [encodeFrame({ ...TEXT, rsv: 1 })], code: 1002 },
  "data-opcode": { frames: [encodeFrame({ ...TEXT, opcode: 3 })], code: 1002 },
  "control-opcode": { frames: [encodeFrame({ ...TEXT, opcode: 11 })], code: 1002 },
  "stray-continuation": { frames: [encodeFrame({ ...TEXT, opcode: "continuation" })], code: 1002 },
  interleaved: { frames: [encodeFrame({ ...TEXT, fin: false }), encodeFrame(TEXT)], code: 1002 },
  "fragmented-ping": { frames: [encodeFrame({ opcode: "ping", payload: "a", fin: false })], code: 1002 },
  "long-ping": { frames: [encodeFrame({ opcode: "ping", payload: "x".repeat(126) })], code: 1002 },
  "negative-length": { frames: [encodeFrame({ opcode: "binary", length: 1n << 63n, lengthBits: 64 })], code: 1002 },
  "invalid-utf8": { frames: [encodeFrame({ opcode: "text", payload: INVALID_UTF8 })], code: 1007 },
  "truncated-utf8": { frames: [encodeFrame({ opcode: "text", payload: Uint8Array.of(0x61, 0xe2, 0x82) })], code: 1007 },
  "close-one-byte": { frames: [encodeFrame({ opcode: "close", payload: Uint8Array.of(3) })], code: 1002 },
  "close-code": { frames: [encodeFrame({ opcode: "close", payload: Uint8Array.of(0x03, 0xed) })], code: 1002 },
  "close-utf8": {
    frames: [encodeFrame({ opcode: "close", payload: Uint8Array.of(0x03, 0xe8, ...INVALID_UTF8) })],
    code: 1007,
  },
};
