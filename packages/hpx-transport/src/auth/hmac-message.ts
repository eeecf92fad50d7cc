import { show } from "../check.js";
import { TransportError } from "../error.js";
import { concatBytes } from "./hmac-crypto.js";
import type { HmacTimestampPlace } from "./place.js";

/**
 * How a timestamp is written: milliseconds or seconds since the epoch, ISO 8601 with milliseconds
 * (`2020-12-08T09:08:57.715Z`), a nonce (milliseconds, but always more than the last one of this signer), or a function
 * of the milliseconds.
 */
export type HmacTimestampFormat = "ms" | "s" | "iso" | "nonce" | ((milliseconds: number) => string);

/** What a message is made of: the request as it will be sent, but for the signature. */
export interface HmacParts {
  /** As it is sent; it has to be part of the message. */
  readonly timestamp: string;
  /** Where it is sent. */
  readonly timestampIn: HmacTimestampPlace;
  /** In upper case. */
  readonly method: string;
  /** Host name, with a port that is not the scheme's default. */
  readonly host: string;
  /** Percent-encoded, as in the request line. */
  readonly path: string;
  /** Percent-encoded, as in the request line, without `?`; empty where there is none. */
  readonly query: string;
  /** Every header, `Last-Event-ID` included; to be read only. */
  readonly headers: Headers;
  /** Empty where there is none. */
  readonly body: string | Uint8Array;
  /** The API key; empty where there is none. */
  readonly key: string;
  /** In milliseconds, as it is sent; empty where it is not. */
  readonly recvWindow: string;
}

/** What is signed: text as UTF-8, bytes as they are, or several of them one after the other. */
export type HmacMessage = string | Uint8Array | readonly (string | Uint8Array)[];

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
