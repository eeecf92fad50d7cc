// A header's value is bytes, which Headers hold one a character; what they mean is UTF-8.

/** The bytes of a header's value. */
export function bytesOf(value: string): Uint8Array {
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}

/** The text that a header's value is in UTF-8. */
export function bytesAsText(value: string): string {
  return new TextDecoder().decode(bytesOf(value));
}

/** The header's value that is `text` in UTF-8. */
export function textAsBytes(text: string): string {
  let value = "";
  for (const byte of new TextEncoder().encode(text)) value += String.fromCharCode(byte);
  return value;
}
