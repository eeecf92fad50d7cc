import { createHash } from "node:crypto";
import type { HmacRecipeName } from "../../src/auth/index.js";
import type { RecordedRequest } from "../../src/testing/index.js";
import { nodeHmac } from "./support.js";

/** The credentials that the servers below know. */
export const secrets: Record<HmacRecipeName, string> = {
  binance: "binance secret",
  okx: "okx secret",
  bybit: "bybit secret",
  kraken: Buffer.from("kraken secret \u0000\u00FF", "latin1").toString("base64"),
  coinbase: Buffer.from("coinbase secret").toString("base64"),
  canonical: "canonical secret",
};

/** What a server takes out of a request before it judges it. */
interface Claim {
  /** In milliseconds. */
  readonly time: number;
  readonly key: string | undefined;
  readonly signature: string | undefined;
  /** The signature by node:crypto, over what came over the wire. */
  readonly expected: string;
}

/** How each service judges a request, written from its documentation and not from the code under test. */
const claims: Record<HmacRecipeName, (request: RecordedRequest) => Claim> = {
  binance({ url, headers, body }) {
    const query = url.slice(url.indexOf("?") + 1);
    // Binance wants the signature to be the last parameter.
    const [payload = "", signature] = query.split("&signature=");
    const time = Number(new URLSearchParams(payload).get("timestamp"));
    const expected = nodeHmac(secrets.binance, Buffer.concat([Buffer.from(payload), body]));
    return { time, key: headers["x-mbx-apikey"], signature, expected };
  },
  okx({ method, url, headers, text }) {
    const timestamp = headers["ok-access-timestamp"] ?? "";
    const expected = nodeHmac(secrets.okx, timestamp + method + url + text, { encoding: "base64" });
    const signature = headers["ok-access-passphrase"] === "passphrase" ? headers["ok-access-sign"] : undefined;
    return { time: Date.parse(timestamp), key: headers["ok-access-key"], signature, expected };
  },
  bybit({ method, url, headers, text }) {
    const { "x-bapi-timestamp": timestamp = "", "x-bapi-api-key": key = "", "x-bapi-recv-window": window } = headers;
    const payload = method === "GET" ? (url.split("?")[1] ?? "") : text;
    const expected = nodeHmac(secrets.bybit, timestamp + key + window + payload);
    return { time: Number(timestamp), key, signature: headers["x-bapi-sign"], expected };
  },
  kraken({ method, url, headers, text }) {
    const [path = "", query = ""] = url.split("?");
    const nonce = new URLSearchParams(method === "GET" ? query : text).get("nonce") ?? "";
    const hash = createHash("sha256").update(nonce + query + text);
    const message = Buffer.concat([Buffer.from(path), hash.digest()]);
    const secret = Buffer.from(secrets.kraken, "base64");
    const expected = nodeHmac(secret, message, { hash: "sha512", encoding: "base64" });
    return { time: Number(nonce), key: headers["api-key"], signature: headers["api-sign"], expected };
  },
  coinbase({ method, url, headers, text }) {
    const timestamp = headers["cb-access-timestamp"] ?? "";
    const secret = Buffer.from(secrets.coinbase, "base64");
    const expected = nodeHmac(secret, timestamp + method + url + text, { encoding: "base64" });
    const signature = headers["cb-access-passphrase"] === "passphrase" ? headers["cb-access-sign"] : undefined;
    return { time: Number(timestamp) * 1000, key: headers["cb-access-key"], signature, expected };
  },
  canonical({ method, url, headers, text }) {
    const [path = "", query = ""] = url.split("?");
    const time = Number(new URLSearchParams(query).get("timestamp"));
    const expected = nodeHmac(secrets.canonical, [method, path, query, text].join("\n"));
    return { time, key: headers["x-api-key"], signature: headers["x-signature"], expected };
  },
};

/** What is wrong with a request, as the service's server at `time` sees it; `undefined` where nothing is. */
export function findFault(recipe: HmacRecipeName, request: RecordedRequest, time = Date.now()): string | undefined {
  const claim = claims[recipe](request);
  if (claim.key !== "key") return `the key is ${claim.key}`;
  if (claim.signature !== claim.expected) return `the signature is ${claim.signature}, not ${claim.expected}`;
  // NaN is not within anything.
  if (!(Math.abs(time - claim.time) < 5000)) return `it is ${time - claim.time} ms old`;
  return undefined;
}
