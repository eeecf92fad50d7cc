// A header's value is bytes, which `Headers` hold one character a byte; what they mean is UTF-8.

/** The bytes of a header's value. */
export function bytesOf(value: string): Uint8Array {
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}

/**
 * The text that a header's value is in UTF-8: `Headers` hold the value's bytes, one character a byte.
 *
 * @example
 * const location = bytesAsText(response.headers.get("Location") ?? "");
 */
export function bytesAsText(value: string): string {
  return new TextDecoder().decode(bytesOf(value));
}

/**
 * The header's value that is `text` in UTF-8, one character a byte, as `Headers` take it.
 *
 * @example
 * headers.set("Last-Event-ID", textAsBytes("Zürich"));
 */
export function textAsBytes(text: string): string {
  let value = "";
  for (const byte of new TextEncoder().encode(text)) value += String.fromCharCode(byte);
  return value;
}

/** Drops the headers that describe a body, for a request that goes without one. */
export function dropBodyHeaders(headers: Headers): void {
  const describing = [...headers.keys()].filter((name) => name.startsWith("content-"));
  for (const name of describing) headers.delete(name);
}
