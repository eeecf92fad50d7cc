import { copyBytes, isBytes } from "../../checks/bytes.js";
import { showKind } from "../../checks/check.js";
import { TransportError } from "../../error.js";
import type { Authentication, SignableRequest } from "../authentication.js";
import { readHmacOptions, type HmacSettings } from "./checks.js";
import { concatBytes, encodeBytes, hmac, importHmacKey } from "./crypto.js";
import type { HmacAuthOptions, HmacParts } from "./options.js";
import { queryOf } from "../query.js";
import { type HmacPlace, putAt, removeAt } from "./signature-location.js";

/**
 * An HMAC (RFC 2104) over the request as it will be sent, with a timestamp, as exchanges require it. A recipe is the
 * preset for one service; options change any part of it, or describe another service. It needs Web Crypto.
 *
 * Each signing replaces the values that an earlier one left in the request. Everything else, the query's percent-encoding
 * included, is signed and sent as it is. With a function as `clockOffset` it is renewable: a wrong clock may be the reason
 * for a 401.
 *
 * @example
 * new HmacAuth({ recipe: "okx", key, secret, passphrase });
 * new HmacAuth({ secret, hash: "SHA-512", signatureIn: { header: "X-Sign" }, message: (p) => p.timestamp + p.path });
 */
export class HmacAuth implements Authentication {
  readonly renewable: boolean;
  readonly #settings: HmacSettings;
  #key: Promise<CryptoKey> | undefined;
  #lastNonce = -Infinity;

  /** @throws {TransportError} `CONFIG` when an option cannot be used; no error shows a secret. */
  constructor(options: HmacAuthOptions) {
    this.#settings = readHmacOptions(options);
    this.renewable = typeof options.clockOffset === "function";
  }

  /** Rejects when a function of the options throws or returns a value that cannot be used, or without Web Crypto. */
  async sign(request: SignableRequest): Promise<void> {
    const { secret, hash, encoding, signatureIn, timestampIn } = this.#settings;
    const key = await (this.#key ??= importHmacKey(secret, hash));
    const timestamp = await this.#timestamp();
    removeAt(request, signatureIn);
    this.#putCredentials(request);
    putAt(request, timestampIn, timestamp);
    const message = await this.#settings.message(this.#partsOf(request, timestamp));
    const signature = await hmac(key, bytesOfMessage(message, timestamp));
    putAt(request, signatureIn, encodeBytes(signature, encoding));
  }

  #putCredentials(request: SignableRequest): void {
    const { key, keyIn, passphrase, passphraseIn, recvWindow, recvWindowIn } = this.#settings;
    const optional = (place: HmacPlace | undefined, value: string): void => {
      if (place !== undefined && value !== "") putAt(request, place, value);
    };
    optional(keyIn, key);
    optional(passphraseIn, passphrase);
    optional(recvWindowIn, recvWindow);
  }

  #partsOf({ method, url, headers, body = "" }: SignableRequest, timestamp: string): HmacParts {
    const { key, recvWindow, timestampIn } = this.#settings;
    const { host, pathname: path } = url;
    return { timestamp, timestampIn, method, host, path, query: queryOf(url), headers, body, key, recvWindow };
  }

  async #timestamp(): Promise<string> {
    const { now, clockOffset, timestampFormat: format } = this.#settings;
    const offset = await clockOffset();
    const time = now() + offset;
    // 8.64e15 is the last moment that a Date can hold. The comparison is false for NaN too.
    if (typeof offset !== "number" || !(Math.abs(time) <= 8.64e15)) {
      throw TransportError.config(
        "HmacAuth.clockOffset",
        typeof time === "number" ? `the time ${time}` : `${showKind(time)} as the time`,
        "now and clockOffset give milliseconds",
      );
    }
    if (typeof format === "function") return checkText(format(time));
    switch (format) {
      case "ms":
        return String(Math.floor(time));
      case "s":
        return String(Math.floor(time / 1000));
      case "iso":
        return new Date(time).toISOString();
      case "nonce":
        this.#lastNonce = Math.max(Math.floor(time), this.#lastNonce + 1);
        return String(this.#lastNonce);
    }
  }
}

function checkText(timestamp: unknown): string {
  if (typeof timestamp === "string" && timestamp !== "") return timestamp;
  throw TransportError.config("HmacAuth.timestampFormat", showKind(timestamp), "its function returns text");
}

/**
 * The bytes of a message. They have to contain the timestamp, unless the message is one array of bytes, which may be a
 * hash of it.
 *
 * @throws {TransportError} `CONFIG` for a value that is no message, or a message without the timestamp
 */
function bytesOfMessage(message: unknown, timestamp: string): Uint8Array<ArrayBuffer> {
  if (isBytes(message)) return copyBytes(message);
  const parts: readonly unknown[] = Array.isArray(message) ? message : [message];
  if (!parts.every((part) => typeof part === "string" || isBytes(part))) {
    const shown = showKind(message);
    throw TransportError.config(
      "HmacAuth.message",
      `its result (${shown})`,
      "it returns text, bytes or an array of them",
    );
  }
  const bytes = concatBytes(parts);
  const text = new TextDecoder().decode(bytes);
  if (!text.includes(timestamp) && !text.includes(encodeURIComponent(timestamp))) {
    throw TransportError.config(
      "HmacAuth.message",
      "a message (hidden) without the timestamp",
      "the timestamp has to be signed: put it in, or send it in a part of the request that is",
    );
  }
  return bytes;
}
