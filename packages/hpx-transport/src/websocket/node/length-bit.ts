import type { WebSocket } from "ws";

/** The parts of the receiver of `ws` that are used here; its types do not name them. */
interface Receiver {
  readonly _buffers?: readonly Uint8Array[];
  readonly _bufferedBytes?: number;
  getPayloadLength64?: (done: (error: Error) => void) => void;
  createError?: (type: typeof RangeError, message: string, prefix: boolean, closeCode: number, code: string) => Error;
}

/** The bytes of a 64-bit length. */
const LENGTH_SIZE = 8;

/**
 * Makes a 64-bit length with its highest bit set a broken rule: "the most significant bit MUST be 0" (RFC 6455, section 5.2). `ws`
 * treats it as a message that is too large, with close code 1009. Another version of `ws` that reads lengths in another way is
 * left as it is.
 */
export function refuseHighestLengthBit(ws: WebSocket): void {
  const receiver = (ws as WebSocket & { readonly _receiver?: Receiver })._receiver;
  const { getPayloadLength64, createError } = receiver ?? {};
  if (receiver === undefined || getPayloadLength64 === undefined || createError === undefined) return;
  receiver.getPayloadLength64 = readLength;
}

/** One function for all sockets. */
function readLength(this: Receiver, done: (error: Error) => void): void {
  const { _buffers: buffers = [], _bufferedBytes: size = 0 } = this;
  const first = buffers[0]?.[0] ?? 0;
  if (size >= LENGTH_SIZE && first >= 0x80 && this.createError !== undefined) {
    done(this.createError(RangeError, "the highest bit of a 64-bit length is set", true, 1002, "WS_ERR_HIGHEST_BIT"));
  } else original(this)?.call(this, done);
}

/** The method of the class, which `readLength` hides. */
function original(receiver: Receiver): Receiver["getPayloadLength64"] {
  return (Object.getPrototypeOf(receiver) as Receiver).getPayloadLength64;
}
