import type { HmacEncoding, HmacHash, HmacMessage, HmacParts, HmacTimestampFormat } from "./parts.js";
import type { HmacRecipeName } from "./recipes.js";
import type { HmacPlace, HmacTimestampPlace } from "../place.js";

/**
 * What {@link HmacAuth} takes. A recipe fills in how a service wants to be signed, and each option wins over it; an
 * option that is `undefined` means what the recipe says.
 */
export interface HmacAuthOptions {
  /** The service, as {@link hmacRecipes} names it. @defaultValue `"canonical"` */
  recipe?: HmacRecipeName | undefined;
  /** Signs. Text is read as `secretEncoding` says; bytes are taken as they are. */
  secret: string | Uint8Array;
  /** How a `secret` that is text stands for bytes. @defaultValue the recipe's */
  secretEncoding?: "utf8" | "base64" | undefined;
  /** The API key, which says whose secret it is; bytes are read as UTF-8. Only `"canonical"` does without. */
  key?: string | Uint8Array | undefined;
  /** Where the key goes. @defaultValue the recipe's */
  keyIn?: HmacPlace | undefined;
  /** For services that have one beside the key. */
  passphrase?: string | undefined;
  /** Where the passphrase goes. @defaultValue the recipe's */
  passphraseIn?: HmacPlace | undefined;
  /** How long the service may take the request for fresh, in milliseconds (Binance, Bybit). @defaultValue the recipe's */
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
  /** Builds what is signed; the timestamp has to be in it. @defaultValue the recipe's */
  message?: ((parts: HmacParts) => HmacMessage | Promise<HmacMessage>) | undefined;
  /**
   * How far the service's clock is ahead of ours, in milliseconds: added to every timestamp. A function is asked at
   * every signing, and once more after a 401. @defaultValue `0`
   */
  clockOffset?: number | (() => number | Promise<number>) | undefined;
  /** Our clock, in milliseconds since the epoch. @defaultValue `Date.now` */
  now?: (() => number) | undefined;
}

/** The name of every option, for finding those that are none. */
export const HMAC_OPTION_NAMES: readonly string[] = /* @__PURE__ */ Object.keys({
  recipe: true,
  secret: true,
  secretEncoding: true,
  key: true,
  keyIn: true,
  passphrase: true,
  passphraseIn: true,
  recvWindow: true,
  hash: true,
  encoding: true,
  signatureIn: true,
  timestampIn: true,
  timestampFormat: true,
  message: true,
  clockOffset: true,
  now: true,
} satisfies Record<keyof HmacAuthOptions, true>);
