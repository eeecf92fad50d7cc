import { show } from "../../checks/check.js";
import { TransportError } from "../../error.js";
import { concatBytes } from "./crypto.js";

/**
 * The bytes of a message. Bytes in one piece may be a hash of the timestamp; in anything else it has to be found.
 *
 * @throws {TransportError} `CONFIG` when it is no message, or one without the timestamp
 */
export function bytesOfMessage(message: unknown, timestamp: string): Uint8Array<ArrayBuffer> {
  if (message instanceof Uint8Array) return new Uint8Array(message);
  const parts: readonly unknown[] = Array.isArray(message) ? message : [message];
  if (!parts.every((part) => typeof part === "string" || part instanceof Uint8Array)) {
    const shown = typeof message === "object" ? show(message) : typeof message;
    throw TransportError.config(
      "HmacAuth.message",
      `its result (${shown})`,
      "it returns text, bytes or an array of them",
    );
  }
  const bytes = concatBytes(parts);
  const text = new TextDecoder().decode(bytes);
  if (!text.includes(timestamp) && !text.includes(encodeURIComponent(timestamp))) {
    throw TransportError.config(
      "HmacAuth.message",
      "a message (hidden) without the timestamp",
      "the timestamp has to be signed: put it in, or send it in a part of the request that is",
    );
  }
  return bytes;
}
