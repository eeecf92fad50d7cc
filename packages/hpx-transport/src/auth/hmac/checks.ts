import { checkHeader, show, showKind } from "../../checks/check.js";
import { TransportError } from "../../error.js";
import { checkNames } from "../../checks/option-names.js";
import { decodeBase64 } from "./crypto.js";
import type { HmacTimestampFormat } from "./parts.js";
import { HMAC_OPTION_NAMES, type HmacAuthOptions } from "./options.js";
import { type HmacRecipe, type HmacRecipeName, hmacRecipes, RECIPES } from "./recipes.js";
import type { HmacPlace, HmacTimestampPlace } from "../place.js";

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
  checkNames("HmacAuth", options, HMAC_OPTION_NAMES);
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
