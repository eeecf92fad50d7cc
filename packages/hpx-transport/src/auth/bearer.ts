import { checkHeader, showSecret } from "../checks/check.js";
import { TransportError } from "../error.js";
import type { Authentication, SignableRequest } from "./authentication.js";

/** A token, or a function that makes or fetches one; it is called for every attempt. */
export type TokenSource = string | (() => string | Promise<string>);

/**
 * `Authorization: Bearer <token>` (RFC 6750). Give a function if tokens expire: it is called for every attempt, and once
 * more after a 401 before that counts.
 */
export class BearerAuth implements Authentication {
  /** `true` for a function: it is called again after a 401. */
  readonly renewable: boolean;
  readonly #token: TokenSource;

  /** @throws {TransportError} `CONFIG` when the token is neither a string fit for a header nor a function. */
  constructor(token: TokenSource) {
    if (token === "")
      throw TransportError.config("BearerAuth", "an empty token", "it takes a token or a function that returns one");
    if (typeof token === "string") checkHeader("BearerAuth", "Authorization", token);
    else if (typeof token !== "function") {
      throw TransportError.config("BearerAuth", showSecret(token), "it takes a token or a function that returns one");
    }
    this.#token = token;
    this.renewable = typeof token === "function";
  }

  /**
   * Sets `Authorization`.
   *
   * @throws {TransportError} `CONFIG` when the function's token is empty or unfit for a header; errors of the function
   */
  async sign({ headers }: SignableRequest): Promise<void> {
    const token = typeof this.#token === "function" ? await this.#token() : this.#token;
    checkHeader("BearerAuth", "Authorization", token);
    if (token === "") throw TransportError.config("BearerAuth", "an empty token", "it takes a token");
    headers.set("Authorization", `Bearer ${token}`);
  }
}
