/**
 * Whether `value` is a `Uint8Array` of any realm. In Jest, in Vitest with jsdom, in `node:vm` and across frames, bytes have
 * the class of another realm, and `instanceof` says no.
 */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Reflect.get(value, Symbol.toStringTag) === "Uint8Array";
}

/** A copy of `bytes` in this realm. The `slice()` of a Buffer would not copy. */
export function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
