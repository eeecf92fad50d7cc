import { checkHeader, show, showKind } from "../check.js";
import { TransportError } from "../error.js";
import { decodeBase64, type HmacEncoding, type HmacHash } from "./hmac-crypto.js";
import type { HmacMessage, HmacParts, HmacTimestampFormat } from "./hmac-message.js";
import { type HmacRecipe, type HmacRecipeName, hmacRecipes, RECIPES } from "./hmac-recipes.js";
import type { HmacPlace, HmacTimestampPlace } from "./place.js";

/**
 * What {@link HmacAuth} takes. A recipe fills in how a service wants to be signed, and each option wins over it; an
 * option that is `undefined` means what the recipe says.
 */
export interface HmacAuthOptions {
  /** @defaultValue `"canonical"` */
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
  /** @defaultValue the recipe's */
  hash?: HmacHash | undefined;
  /** @defaultValue the recipe's */
  encoding?: HmacEncoding | undefined;
  /** Where the signature goes. @defaultValue the recipe's */
  signatureIn?: HmacPlace | undefined;
  /** Where the timestamp goes. @defaultValue the recipe's */
  timestampIn?: HmacTimestampPlace | undefined;
  /** @defaultValue the recipe's */
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

/** The options as they can be used: checked, with what the recipe says filled in. */
export interface HmacSettings extends Omit<HmacRecipe, "recvWindow"> {
  readonly secret: Uint8Array<ArrayBuffer>;
  readonly key: string;
  readonly passphrase: string;
  readonly recvWindow: string;
  readonly clockOffset: () => number | Promise<number>;
  readonly now: () => number;
}

/** @throws {TransportError} `CONFIG`, naming the option; no secret, key or passphrase is shown */
export function checkHmacOptions(options: HmacAuthOptions): HmacSettings {
  if (typeof options !== "object" || options === null) {
    throw TransportError.config("HmacAuth", showKind(options), "it takes an object with at least a secret");
  }
  const name = oneOf("recipe", options.recipe ?? "canonical", hmacRecipes);
  const recipe = RECIPES[name];
  const secretEncoding = oneOf("secretEncoding", options.secretEncoding ?? recipe.secretEncoding, ["utf8", "base64"]);
  const keyIn = checkPlace("keyIn", options.keyIn ?? recipe.keyIn);
  const passphraseIn = options.passphraseIn ?? recipe.passphraseIn;
  const { clockOffset = 0 } = options;
  if (typeof clockOffset !== "function" && !Number.isFinite(clockOffset)) {
    throw invalid("clockOffset", show(clockOffset), "it takes milliseconds or a function that returns them");
  }
  return {
    ...recipe,
    hash: oneOf("hash", options.hash ?? recipe.hash, ["SHA-256", "SHA-512"]),
    encoding: oneOf("encoding", options.encoding ?? recipe.encoding, ["hex", "base64"]),
    secretEncoding,
    secret: checkSecret(options.secret, secretEncoding),
    keyIn,
    key: checkKey(options.key, keyIn, recipe.keyIsOptional === true ? undefined : name),
    ...(passphraseIn !== undefined && { passphraseIn: checkPlace("passphraseIn", passphraseIn) }),
    passphrase: checkPassphrase(options.passphrase, passphraseIn, name),
    recvWindow: checkRecvWindow(options.recvWindow, recipe, name),
    signatureIn: checkPlace("signatureIn", options.signatureIn ?? recipe.signatureIn),
    timestampIn: checkPlace("timestampIn", options.timestampIn ?? recipe.timestampIn, "body"),
    timestampFormat: checkFormat(options.timestampFormat ?? recipe.timestampFormat),
    message: checkFunction("message", options.message ?? recipe.message),
    clockOffset: typeof clockOffset === "function" ? clockOffset : () => clockOffset,
    now: checkFunction("now", options.now ?? Date.now),
  };
}

function invalid(field: string, shown: string, expected: string): TransportError<"CONFIG"> {
  return TransportError.config(`HmacAuth.${field}`, shown, expected);
}

function oneOf<T extends string>(field: string, value: T, choices: readonly T[]): T {
  if (choices.includes(value)) return value;
  // What stands where a name should be may be a secret in the wrong place.
  throw invalid(field, showKind(value), `it takes ${choices.map((choice) => JSON.stringify(choice)).join(", ")}`);
}

function checkFunction<T>(field: string, value: T): T {
  if (typeof value === "function") return value;
  throw invalid(field, showKind(value), "it takes a function");
}

function checkFormat(value: HmacTimestampFormat): HmacTimestampFormat {
  if (typeof value === "function") return value;
  return oneOf<typeof value>("timestampFormat", value, ["ms", "s", "iso", "nonce"]);
}

function checkSecret(value: unknown, encoding: "utf8" | "base64"): Uint8Array<ArrayBuffer> {
  const expected = "it takes text or bytes, at least one";
  if (typeof value !== "string" && !(value instanceof Uint8Array)) throw invalid("secret", showKind(value), expected);
  if (value.length === 0) throw invalid("secret", "nothing", expected);
  // A copy: what the caller does with its bytes afterwards must not change how we sign.
  if (typeof value !== "string") return new Uint8Array(value);
  const bytes = encoding === "utf8" ? new TextEncoder().encode(value) : decodeBase64(value);
  if (bytes !== undefined && bytes.length > 0) return bytes;
  throw invalid("secret", "a string (hidden) that is not base64", "it takes base64 here, or bytes; see secretEncoding");
}

function checkKey(value: unknown, place: HmacPlace, neededBy: HmacRecipeName | undefined): string {
  if (value === undefined && neededBy === undefined) return "";
  const key = value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
  const expected = neededBy === undefined ? "it takes the API key" : `the ${neededBy} recipe sends the API key`;
  if (typeof key !== "string" || key === "") throw invalid("key", key === "" ? "nothing" : showKind(key), expected);
  if ("header" in place) checkHeader("HmacAuth.key", place.header, key);
  return key;
}

function checkPassphrase(value: unknown, place: HmacPlace | undefined, recipe: HmacRecipeName): string {
  if (place === undefined) {
    if (value === undefined) return "";
    throw invalid("passphrase", "one that goes nowhere", `the ${recipe} recipe has none; give passphraseIn`);
  }
  if (typeof value !== "string" || value === "") {
    throw invalid("passphrase", value === "" ? "nothing" : showKind(value), "it is needed here: it takes text");
  }
  if ("header" in place) checkHeader("HmacAuth.passphrase", place.header, value);
  return value;
}

function checkRecvWindow(value: unknown, recipe: HmacRecipe, name: HmacRecipeName): string {
  if (value === undefined) return recipe.recvWindow === undefined ? "" : String(recipe.recvWindow);
  if (recipe.recvWindowIn === undefined) throw invalid("recvWindow", show(value), `the ${name} recipe has none`);
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return String(value);
  throw invalid("recvWindow", show(value), "it takes a whole number of milliseconds, at least 1");
}

function checkPlace<T extends HmacTimestampPlace>(field: string, place: T, ...also: readonly "body"[]): T {
  const kinds: readonly string[] = ["header", "query", ...also];
  const entries = typeof place === "object" && place !== null ? Object.entries(place) : [];
  const [kind = "", name] = entries[0] ?? [];
  const expected = `it takes one of ${kinds.map((choice) => `{ ${choice}: "name" }`).join(", ")}`;
  if (entries.length !== 1 || !kinds.includes(kind)) throw invalid(field, showKind(place), expected);
  if (typeof name !== "string" || name === "") throw invalid(field, `${showKind(name)} as the name`, expected);
  if (kind === "header") checkHeader(`HmacAuth.${field}`, name, "");
  return place;
}
