import { TransportError } from "../error.js";

/** The longest time that a timer of any runtime can wait, in milliseconds (about 24.8 days). */
export const LONGEST_TIMER = 2_147_483_647;

/** RFC 9110, section 5.6.2: token. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** A short picture of a value for an error message. Never call it with something that may be a secret. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value)
    ? "an array"
    : `an object (${Object.getPrototypeOf(value)?.constructor?.name ?? "null prototype"})`;
}

/** The same for a value that may be a secret: a string is not shown. */
export function showKind(value: unknown): string {
  return typeof value === "string" ? "a string" : show(value);
}

/** What may be shown of a URL: its query and login may hold secrets. */
export function showUrl(url: URL): string {
  return url.origin + url.pathname;
}

/** Control characters that no header can carry: C0 but TAB, and DEL. */
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

/** A header's name, which may be shown, and its value, which may not. */
export function checkHeader(field: string, name: unknown, value: unknown): void {
  if (!isToken(name)) {
    throw TransportError.config(
      field,
      `the header name ${show(name)}`,
      "a name is letters, digits and !#$%&'*+.^_`|~-",
    );
  }
  if (typeof value !== "string") {
    throw TransportError.config(field, `${showKind(value)} as the value of ${name}`, "a header's value is a string");
  }
  // Code units over 255 cannot be bytes of a header; line ends would let a value forge another header.
  if (hasControlCharacter(value) || /[^\u0000-\u00FF]/.test(value)) {
    throw TransportError.config(
      field,
      `the value of ${name} (hidden)`,
      "a value has no control characters and nothing beyond Latin-1",
    );
  }
}
