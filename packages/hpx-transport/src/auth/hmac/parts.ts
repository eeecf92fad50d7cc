// What a signature is made of. Types only: those of the code beside it need Web Crypto's, which not every user has.
import type { HmacTimestampPlace } from "../place.js";

/** The hash of an HMAC, by its Web Crypto name. */
export type HmacHash = "SHA-256" | "SHA-512";

/** How a signature is written. */
export type HmacEncoding = "hex" | "base64";

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
