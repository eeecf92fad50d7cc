import { copyBytes, isBytes } from "../../checks/bytes.js";
import { checkHeader, showKind, showSecret } from "../../checks/check.js";
import { type Check, check, count, fn, oneOf } from "../../checks/checkers.js";
import { readOptions, type Spec } from "../../checks/options.js";
import { TransportError } from "../../error.js";
import { decodeBase64 } from "./crypto.js";
import type { HmacAuthOptions, HmacTimestampFormat } from "./options.js";
import { type HmacRecipe, type HmacRecipeName, hmacRecipes, RECIPES } from "./recipes.js";
import type { HmacPlace, HmacTimestampPlace } from "./signature-location.js";

/** The options after their checks, with the recipe's defaults. */
export interface HmacSettings extends Omit<HmacRecipe, "passphraseIn" | "recvWindow"> {
  readonly secret: Uint8Array<ArrayBuffer>;
  readonly key: string;
  readonly passphrase: string;
  readonly passphraseIn: HmacPlace | undefined;
  readonly recvWindow: string;
  readonly clockOffset: () => number | Promise<number>;
  readonly now: () => number;
}

const recipeName = oneOf(hmacRecipes, "canonical", showKind);

/**
 * The name, default and check of every option. Errors never show a string: any of these options may be given a secret by
 * mistake.
 */
const tableFor = (name: HmacRecipeName, recipe: HmacRecipe) =>
  ({
    recipe: recipeName,
    secret: textOrBytes,
    secretEncoding: oneOf(["utf8", "base64"], recipe.secretEncoding, showKind),
    key:
      recipe.keyIsOptional === true
        ? apiKey("it takes the API key", "")
        : apiKey(`the ${name} recipe sends the API key`),
    keyIn: location(recipe.keyIn),
    passphrase,
    passphraseIn: location(recipe.passphraseIn),
    recvWindow: recipe.recvWindowIn === undefined ? unused(name) : milliseconds(recipe.recvWindow),
    hash: oneOf(["SHA-256", "SHA-512"], recipe.hash, showKind),
    encoding: oneOf(["hex", "base64"], recipe.encoding, showKind),
    signatureIn: location(recipe.signatureIn),
    timestampIn: location(recipe.timestampIn, "body"),
    timestampFormat: timestampFormat(recipe.timestampFormat),
    message: fn(recipe.message),
    clockOffset,
    now: fn(Date.now),
  }) satisfies Spec<HmacAuthOptions>;

/** @throws {TransportError} `CONFIG`, naming the option; no secret, key or passphrase is shown */
export function readHmacOptions(options: HmacAuthOptions): HmacSettings {
  if (typeof options !== "object" || options === null) {
    throw TransportError.config("HmacAuth", showSecret(options), "it takes an object with at least a secret");
  }
  const name = recipeName("HmacAuth.recipe", options.recipe);
  const recipe = RECIPES[name];
  const given = readOptions("HmacAuth", options, tableFor(name, recipe));
  checkCredential("key", given.key, given.keyIn);
  const passphrase = checkPassphrase(given.passphrase, given.passphraseIn, name);
  const secret = bytesOf(given.secret, given.secretEncoding);
  const recvWindow = given.recvWindow === undefined ? "" : String(given.recvWindow);
  return { ...recipe, ...given, secret, passphrase, recvWindow };
}

function textOrBytes(field: string, value: unknown): string | Uint8Array {
  const expected = "it takes text or bytes, at least one";
  if (typeof value !== "string" && !isBytes(value)) {
    throw TransportError.config(field, showSecret(value), expected);
  }
  if (value.length === 0) throw TransportError.config(field, "nothing", expected);
  return value;
}

/** Bytes are copied: a later change of the caller's array must not change the signatures. */
function bytesOf(secret: string | Uint8Array, encoding: "utf8" | "base64"): Uint8Array<ArrayBuffer> {
  if (typeof secret !== "string") return copyBytes(secret);
  const bytes = encoding === "utf8" ? new TextEncoder().encode(secret) : decodeBase64(secret);
  if (bytes !== undefined && bytes.length > 0) return bytes;
  throw TransportError.config(
    "HmacAuth.secret",
    "a string (hidden) that is not base64",
    "it takes base64 here, or bytes; see secretEncoding",
  );
}

const passphrase = check(
  "it takes a string",
  (value): value is string => typeof value === "string",
  undefined,
  showSecret,
);

function apiKey(expected: string, fallback?: string): Check<string> {
  return (field, value) => {
    if (value === undefined && fallback !== undefined) return fallback;
    const key: unknown = isBytes(value) ? new TextDecoder().decode(value) : value;
    if (typeof key === "string" && key !== "") return key;
    throw TransportError.config(field, key === "" ? "nothing" : showSecret(key), expected);
  };
}

function checkPassphrase(value: string | undefined, place: HmacPlace | undefined, recipe: HmacRecipeName): string {
  const field = "HmacAuth.passphrase";
  if (place === undefined) {
    if (value === undefined) return "";
    throw TransportError.config(field, "one that goes nowhere", `the ${recipe} recipe has none; give passphraseIn`);
  }
  if (value === undefined || value === "") {
    throw TransportError.config(field, value === "" ? "nothing" : "undefined", "it is needed here: it takes text");
  }
  checkCredential("passphrase", value, place);
  return value;
}

/** A header has to be able to carry it. */
function checkCredential(field: "key" | "passphrase", value: string, place: HmacPlace): void {
  if ("header" in place) checkHeader(`HmacAuth.${field}`, place.header, value);
}

/** The check of an option that the recipe has no parameter for. */
function unused(recipe: HmacRecipeName): Check<undefined> {
  return (field, value) => {
    if (value === undefined) return undefined;
    throw TransportError.config(field, showNumber(value), `the ${recipe} recipe has none`);
  };
}

function milliseconds(fallback: number | undefined): Check<number | undefined> {
  return count(fallback, "milliseconds", 1, Number.MAX_SAFE_INTEGER, showNumber);
}

/** A value where a number of milliseconds belongs: text may be a secret in the wrong place. */
function showNumber(value: unknown): string {
  return typeof value === "number" ? String(value) : showKind(value);
}

function timestampFormat(fallback: HmacTimestampFormat): Check<HmacTimestampFormat> {
  const checkName = oneOf(["ms", "s", "iso", "nonce"], undefined, showKind);
  return (field, value) =>
    typeof value === "function" ? (value as HmacTimestampFormat) : (checkName(field, value) ?? fallback);
}

function clockOffset(field: string, value: unknown = 0): HmacSettings["clockOffset"] {
  if (typeof value === "function") return value as HmacSettings["clockOffset"];
  if (typeof value === "number" && Number.isFinite(value)) return () => value;
  throw TransportError.config(field, showNumber(value), "it takes milliseconds or a function that returns them");
}

/** An object with one member, whose name is the kind of place and whose value is the name there. */
function location<T extends HmacTimestampPlace | undefined>(fallback: T, ...also: readonly "body"[]): Check<T> {
  const kinds: readonly string[] = ["header", "query", ...also];
  const expected = `it takes one of ${kinds.map((kind) => `{ ${kind}: "name" }`).join(", ")}`;
  return (field, value) => {
    if (value === undefined) return fallback;
    const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
    const [kind = "", name] = entries[0] ?? [];
    if (entries.length !== 1 || !kinds.includes(kind)) throw TransportError.config(field, showKind(value), expected);
    if (typeof name !== "string" || name === "") {
      throw TransportError.config(field, `${showSecret(name)} as the name`, expected);
    }
    if (kind === "header") checkHeader(field, name, "");
    return value as T;
  };
}
