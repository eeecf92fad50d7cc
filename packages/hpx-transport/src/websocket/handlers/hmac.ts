import { concatBytes, encodeBytes, hmac, importHmacKey } from "../../auth/hmac/crypto.js";

/** The HMAC-SHA-256 of `message` with the secret's text as the key. */
export async function sign(secret: string, message: string, encoding: "hex" | "base64"): Promise<string> {
  const key = await importHmacKey(concatBytes([secret]), "SHA-256");
  return encodeBytes(await hmac(key, concatBytes([message])), encoding);
}
