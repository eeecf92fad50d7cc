import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import type { SignableRequest } from "../../src/auth/index.js";

/** A request as the transport hands it to a signer. */
export function request(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Uint8Array } = {},
): SignableRequest {
  const { method = "GET", headers, body } = options;
  return { method, url: new URL(url, "https://api.test"), headers: new Headers(headers), ...(body && { body }) };
}

/** An HMAC by node:crypto, which the code under test does not use. */
export function nodeHmac(
  secret: string | Uint8Array,
  message: string | Uint8Array,
  options: { hash?: "sha256" | "sha512"; encoding?: "hex" | "base64" } = {},
): string {
  const { hash = "sha256", encoding = "hex" } = options;
  return createHmac(hash, secret).update(message).digest(encoding);
}

/** An HMAC in hex by the openssl program; rejects where there is none. */
export async function opensslHmac(hash: "sha256" | "sha512", secret: Uint8Array, message: Uint8Array): Promise<string> {
  const key = `hexkey:${Buffer.from(secret).toString("hex")}`;
  const stdout = await new Promise<string>((resolve, reject) => {
    const args = ["dgst", `-${hash}`, "-mac", "HMAC", "-macopt", key];
    const child = execFile("openssl", args, (error, out) => (error === null ? resolve(out) : reject(error)));
    child.stdin?.end(message);
  });
  const hex = /([0-9a-f]+)\s*$/.exec(stdout)?.[1];
  if (hex === undefined) throw new Error(`openssl printed ${JSON.stringify(stdout)}`);
  return hex;
}
