import { TransportError } from "../error.js";

/**
 * The longest delay of a timer in any runtime, in milliseconds (about 24.8 days); a longer one fires at once. `sseer/retry`
 * has the same number: it depends on no other package, and importing it here would load its policies with every check.
 */
export const LONGEST_TIMER = 2_147_483_647;

/** RFC 9110, section 5.6.2: token. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** A value for an error message, shortened. Not for values that may be secrets. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value)
    ? "an array"
    : `an object (${Object.getPrototypeOf(value)?.constructor?.name ?? "null prototype"})`;
}

/** The same for a value that may be a secret: for a string it says only that it is one. */
export function showKind(value: unknown): string {
  return typeof value === "string" ? "a string" : show(value);
}

/** The same for a value where a secret belongs: it may be a number, such as a PIN. */
export function showSecret(value: unknown): string {
  const kind = typeof value;
  return kind === "number" || kind === "bigint" ? `a ${kind}` : showKind(value);
}

/** A URL without its query and login, which may hold secrets. */
export function showUrl(url: URL): string {
  return url.origin + url.pathname;
}

/** Whether there is a control character that no header can carry: C0 without TAB, or DEL. */
export function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true;
  }
  return false;
}

export function isToken(text: unknown): text is string {
  return typeof text === "string" && TOKEN.test(text);
}

/** Checks a header. Errors show a name that a header can have, and never a value. */
export function checkHeader(field: string, name: unknown, value: unknown): void {
  if (!isToken(name)) {
    throw TransportError.config(field, refusedName(name), "a name is letters, digits and !#$%&'*+.^_`|~-");
  }
  if (typeof value !== "string") {
    throw TransportError.config(field, `${showSecret(value)} as the value of ${name}`, "a header's value is a string");
  }
  // Code units over 255 are no bytes of a header; a line end in a value would begin another header.
  if (hasControlCharacter(value) || /[^\u0000-\u00FF]/.test(value)) {
    throw TransportError.config(
      field,
      `the value of ${name} (hidden)`,
      "a value has no control characters and nothing beyond Latin-1",
    );
  }
}

/** A name that no header can have may be the value in the wrong place: only the character that it cannot have is shown. */
function refusedName(name: unknown): string {
  if (typeof name !== "string") return `${showSecret(name)} as the name of a header`;
  const wrong = Array.from(name).find((character) => !TOKEN.test(character));
  return wrong === undefined ? "an empty header name" : `a header name (hidden) with ${JSON.stringify(wrong)}`;
}
