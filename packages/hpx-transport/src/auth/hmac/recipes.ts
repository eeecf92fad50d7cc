import { concatBytes, sha256 } from "./crypto.js";
import type { HmacEncoding, HmacHash, HmacMessage, HmacParts, HmacTimestampFormat } from "./options.js";
import type { HmacPlace, HmacTimestampPlace } from "./signature-location.js";

/** The preset for one service; an option of the same name replaces a field. */
export interface HmacRecipe {
  readonly hash: HmacHash;
  readonly encoding: HmacEncoding;
  readonly secretEncoding: "utf8" | "base64";
  readonly timestampIn: HmacTimestampPlace;
  readonly timestampFormat: HmacTimestampFormat;
  readonly keyIn: HmacPlace;
  readonly keyIsOptional?: true;
  readonly signatureIn: HmacPlace;
  /** With this field, a passphrase is required. */
  readonly passphraseIn?: HmacPlace;
  readonly recvWindowIn?: HmacPlace;
  /** The default, in milliseconds. Without one, the window is sent only when it is given as an option. */
  readonly recvWindow?: number;
  readonly message: (parts: HmacParts) => HmacMessage | Promise<HmacMessage>;
}

/** The path with its query, as in the request line. */
function target({ path, query }: HmacParts): string {
  return query === "" ? path : `${path}?${query}`;
}

/** timestamp + method + path with query + body: OKX and Coinbase Exchange. */
function timestampFirst(parts: HmacParts): HmacMessage {
  return [parts.timestamp + parts.method + target(parts), parts.body];
}

/** https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md, "SIGNED endpoint security". */
const binance: HmacRecipe = {
  hash: "SHA-256",
  encoding: "hex",
  secretEncoding: "utf8",
  timestampIn: { query: "timestamp" },
  timestampFormat: "ms",
  keyIn: { header: "X-MBX-APIKEY" },
  signatureIn: { query: "signature" },
  recvWindowIn: { query: "recvWindow" },
  message: ({ query, body }) => [query, body],
};

/** https://www.okx.com/docs-v5/en/, "REST authentication". */
const okx: HmacRecipe = {
  hash: "SHA-256",
  encoding: "base64",
  secretEncoding: "utf8",
  timestampIn: { header: "OK-ACCESS-TIMESTAMP" },
  timestampFormat: "iso",
  keyIn: { header: "OK-ACCESS-KEY" },
  signatureIn: { header: "OK-ACCESS-SIGN" },
  passphraseIn: { header: "OK-ACCESS-PASSPHRASE" },
  message: timestampFirst,
};

/** https://bybit-exchange.github.io/docs/v5/guide, "Create a request": a body is signed instead of the query. */
const bybit: HmacRecipe = {
  hash: "SHA-256",
  encoding: "hex",
  secretEncoding: "utf8",
  timestampIn: { header: "X-BAPI-TIMESTAMP" },
  timestampFormat: "ms",
  keyIn: { header: "X-BAPI-API-KEY" },
  signatureIn: { header: "X-BAPI-SIGN" },
  recvWindowIn: { header: "X-BAPI-RECV-WINDOW" },
  recvWindow: 5000,
  message: ({ timestamp, key, recvWindow, query, body }) => [
    timestamp + key + recvWindow,
    body.length === 0 ? query : body,
  ],
};

/** https://docs.kraken.com/api/docs/guides/spot-rest-auth: HMAC-SHA512 of the path and SHA256(nonce + payload). */
const kraken: HmacRecipe = {
  hash: "SHA-512",
  encoding: "base64",
  secretEncoding: "base64",
  timestampIn: { body: "nonce" },
  timestampFormat: "nonce",
  keyIn: { header: "API-Key" },
  signatureIn: { header: "API-Sign" },
  message: async ({ timestamp, path, query, body }) =>
    concatBytes([path, await sha256(concatBytes([timestamp, query, body]))]),
};

/** https://docs.cdp.coinbase.com/exchange/rest-api/authentication */
const coinbase: HmacRecipe = {
  hash: "SHA-256",
  encoding: "base64",
  secretEncoding: "base64",
  timestampIn: { header: "CB-ACCESS-TIMESTAMP" },
  timestampFormat: "s",
  keyIn: { header: "CB-ACCESS-KEY" },
  signatureIn: { header: "CB-ACCESS-SIGN" },
  passphraseIn: { header: "CB-ACCESS-PASSPHRASE" },
  message: timestampFirst,
};

/** Our own format, for services that you control. The timestamp is the last line, unless the query has it. */
const canonical: HmacRecipe = {
  hash: "SHA-256",
  encoding: "hex",
  secretEncoding: "utf8",
  timestampIn: { query: "timestamp" },
  timestampFormat: "ms",
  keyIn: { header: "X-Api-Key" },
  keyIsOptional: true,
  signatureIn: { header: "X-Signature" },
  message: ({ method, path, query, body, timestamp, timestampIn }) => [
    `${method}\n${path}\n${query}\n`,
    body,
    "query" in timestampIn ? "" : `\n${timestamp}`,
  ],
};

export const RECIPES: Readonly<Record<HmacRecipeName, HmacRecipe>> = {
  binance,
  okx,
  bybit,
  kraken,
  coinbase,
  canonical,
};

/**
 * The recipes by name. "Checked" says with which published signature the tests compare it.
 *
 * - `"binance"`: Binance spot REST; `key`, `recvWindow` if given. Checked against Binance's documentation
 * - `"okx"`: OKX v5 REST; `key` and `passphrase`. Checked against a test of nautilus_trader; OKX publishes none
 * - `"bybit"`: Bybit v5 REST; `key`, `recvWindow` (default 5000). Checked against the tests of Bybit's own SDKs
 * - `"kraken"`: Kraken spot REST; `key`, a base64 `secret`; the nonce goes into the form or JSON body, without a body
 *   into the query. Forms are checked against Kraken's documentation; JSON and the query are unverified
 * - `"coinbase"`: Coinbase Exchange REST (not Advanced Trade, which takes JWTs); `key`, `passphrase`, a base64
 *   `secret`. Checked against a test of vansergen/coinbase-pro; Coinbase publishes none
 * - `"canonical"`: `METHOD\npath\nquery\nbody`, the timestamp in the query (elsewhere: added as the last line), the
 *   signature in `X-Signature`, a `key` if there is one in `X-Api-Key`. Our own format, without a published signature;
 *   compared with `openssl`
 */
export type HmacRecipeName = "binance" | "okx" | "bybit" | "kraken" | "coinbase" | "canonical";

/** Every name that {@link HmacAuthOptions.recipe} takes. */
export const hmacRecipes: readonly HmacRecipeName[] = ["binance", "okx", "bybit", "kraken", "coinbase", "canonical"];
