import type { HmacEncoding, HmacHash } from "./options.js";

/** A key that signs and cannot be read back. */
export async function importHmacKey(secret: Uint8Array<ArrayBuffer>, hash: HmacHash): Promise<CryptoKey> {
  return await subtle().importKey("raw", secret, { name: "HMAC", hash }, false, ["sign"]);
}

export async function hmac(key: CryptoKey, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await subtle().sign("HMAC", key, message));
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await subtle().digest("SHA-256", bytes));
}

export function encodeBytes(bytes: Uint8Array, encoding: HmacEncoding): string {
  if (encoding === "base64") return btoa(String.fromCharCode(...bytes));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of base64; `undefined` for text that is not base64. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Text as UTF-8 and bytes as they are, one after the other. */
export function concatBytes(parts: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const chunks = parts.map((part) => (typeof part === "string" ? encoder.encode(part) : part));
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function subtle(): SubtleCrypto {
  const { crypto } = globalThis;
  // Browsers have it in secure contexts only.
  if (crypto?.subtle === undefined) throw new Error("HmacAuth needs Web Crypto; a browser has it on https pages only");
  return crypto.subtle;
}
