// Types only: the table of these options is in checks.ts, whose types need those of Web Crypto, which not every user has.
import type { HmacRecipeName } from "./recipes.js";
import type { HmacPlace, HmacTimestampPlace } from "./signature-location.js";

/**
 * Options of {@link HmacAuth}. The recipe, a preset for one service, has the default of every other option; an option
 * that is `undefined` means its default.
 */
export interface HmacAuthOptions {
  /** The service, as {@link hmacRecipes} names it. @defaultValue `"canonical"` */
  recipe?: HmacRecipeName | undefined;
  /** The secret that signs. Text is decoded as `secretEncoding` says; bytes are used as they are. */
  secret: string | Uint8Array;
  /** The encoding of a `secret` that is text. @defaultValue the recipe's */
  secretEncoding?: "utf8" | "base64" | undefined;
  /** The API key, by which the service finds the secret; bytes are read as UTF-8. Optional with `"canonical"` only. */
  key?: string | Uint8Array | undefined;
  /** Where the key goes. @defaultValue the recipe's */
  keyIn?: HmacPlace | undefined;
  /** The passphrase, for services that have one in addition to the key. */
  passphrase?: string | undefined;
  /** Where the passphrase goes. @defaultValue the recipe's */
  passphraseIn?: HmacPlace | undefined;
  /** How long the service may accept the request, in milliseconds (Binance, Bybit). @defaultValue the recipe's */
  recvWindow?: number | undefined;
  /** The hash of the HMAC. @defaultValue the recipe's */
  hash?: HmacHash | undefined;
  /** How the signature is written. @defaultValue the recipe's */
  encoding?: HmacEncoding | undefined;
  /** Where the signature goes. @defaultValue the recipe's */
  signatureIn?: HmacPlace | undefined;
  /** Where the timestamp goes. @defaultValue the recipe's */
  timestampIn?: HmacTimestampPlace | undefined;
  /** How the timestamp is written. @defaultValue the recipe's */
  timestampFormat?: HmacTimestampFormat | undefined;
  /** Builds the message to sign, which has to contain the timestamp. @defaultValue the recipe's */
  message?: ((parts: HmacParts) => HmacMessage | Promise<HmacMessage>) | undefined;
  /**
   * How far the service's clock is ahead of ours, in milliseconds: added to every timestamp. A function is called for
   * every signing, and once more after a 401. @defaultValue `0`
   */
  clockOffset?: number | (() => number | Promise<number>) | undefined;
  /** Our clock, in milliseconds since the epoch. @defaultValue `Date.now` */
  now?: (() => number) | undefined;
}

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

/** The parts of a message: the request as it will be sent, without the signature. */
export interface HmacParts {
  /** As it is sent; the message has to contain it. */
  readonly timestamp: string;
  /** Where it is sent. */
  readonly timestampIn: HmacTimestampPlace;
  /** In upper case. */
  readonly method: string;
  /** Host name, with a port that is not the scheme's default. */
  readonly host: string;
  /** Percent-encoded, as in the request line. */
  readonly path: string;
  /** Percent-encoded, as in the request line, without `?`; empty if there is none. */
  readonly query: string;
  /** Every header, `Last-Event-ID` included; for reading only. */
  readonly headers: Headers;
  /** Empty if there is none. */
  readonly body: string | Uint8Array;
  /** The API key; empty if there is none. */
  readonly key: string;
  /** In milliseconds, as it is sent; empty if it is not sent. */
  readonly recvWindow: string;
}

/** The message to sign: text as UTF-8, bytes as they are, or several of them one after the other. */
export type HmacMessage = string | Uint8Array | readonly (string | Uint8Array)[];
