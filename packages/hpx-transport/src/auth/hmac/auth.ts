import { show } from "../../checks/check.js";
import { TransportError } from "../../error.js";
import type { Authentication, SignableRequest } from "../authentication.js";
import { checkHmacOptions, type HmacSettings } from "./checks.js";
import { encodeBytes, hmac, importHmacKey } from "./crypto.js";
import { bytesOfMessage } from "./message.js";
import type { HmacParts } from "./parts.js";
import type { HmacAuthOptions } from "./options.js";
import { type HmacPlace, put, queryOf, remove } from "../place.js";

/**
 * An HMAC (RFC 2104) over the request as it will be sent, with a timestamp, as exchanges ask for it. A recipe knows how
 * one service wants it; options change any part of it, or describe another service altogether. It runs on Web Crypto,
 * so wherever that is.
 *
 * Each signing replaces what an earlier one left in the request. Everything that it does not write itself, the query's
 * percent-encoding included, is signed and sent as it is. One that is given a function as `clockOffset` is renewable: a
 * 401 may come from a clock that is off.
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
    this.#settings = checkHmacOptions(options);
    this.renewable = typeof options.clockOffset === "function";
  }

  /** Rejects when a function among the options throws or returns what cannot be used, or there is no Web Crypto. */
  async sign(request: SignableRequest): Promise<void> {
    const { secret, hash, encoding, signatureIn, timestampIn } = this.#settings;
    const key = await (this.#key ??= importHmacKey(secret, hash));
    const timestamp = await this.#timestamp();
    remove(request, signatureIn);
    this.#putCredentials(request);
    put(request, timestampIn, timestamp);
    const message = await this.#settings.message(this.#partsOf(request, timestamp));
    const signature = await hmac(key, bytesOfMessage(message, timestamp));
    put(request, signatureIn, encodeBytes(signature, encoding));
  }

  #putCredentials(request: SignableRequest): void {
    const { key, keyIn, passphrase, passphraseIn, recvWindow, recvWindowIn } = this.#settings;
    const optional = (place: HmacPlace | undefined, value: string): void => {
      if (place !== undefined && value !== "") put(request, place, value);
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
    // The last moment of ECMAScript's calendar; NaN is not under it either.
    if (typeof offset !== "number" || !(Math.abs(time) <= 8.64e15)) {
      throw TransportError.config(
        "HmacAuth.clockOffset",
        `the time ${show(time)}`,
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
  throw TransportError.config("HmacAuth.timestampFormat", show(timestamp), "its function returns text");
}
