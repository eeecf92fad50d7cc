import { checkHeader, isToken, showSecret } from "../checks/check.js";
import { TransportError } from "../error.js";
import type { Authentication, SignableRequest } from "./authentication.js";
import { putInQuery } from "./query.js";

/**
 * A fixed key in a header or in the query, as most market-data services require it.
 *
 * @example ApiKeyAuth.header("X-Api-Key", key)
 */
export class ApiKeyAuth implements Authentication {
  readonly #apply: (request: SignableRequest) => void;

  private constructor(apply: (request: SignableRequest) => void) {
    this.#apply = apply;
  }

  /**
   * Sends the key as the value of a header.
   *
   * @throws {TransportError} `CONFIG` when the name or the value cannot be in a header.
   */
  static header(name: string, value: string): ApiKeyAuth {
    // A value that cannot be a name may be the key, in the wrong place: it is not shown.
    if (!isToken(name))
      throw TransportError.config("ApiKeyAuth.header", "the name (hidden)", "it takes a header's name, then the key");
    checkHeader("ApiKeyAuth.header", name, value);
    return new ApiKeyAuth(({ headers }) => headers.set(name, value));
  }

  /**
   * Sends the key as a query parameter; it replaces one of the same name. Servers and proxies log queries: prefer
   * {@link ApiKeyAuth.header} if the service takes both.
   *
   * @throws {TransportError} `CONFIG` when the name is empty or the value not a string.
   */
  static query(name: string, value: string): ApiKeyAuth {
    if (typeof name !== "string" || name === "") {
      throw TransportError.config("ApiKeyAuth.query", showSecret(name), "the name of a query parameter is needed");
    }
    if (typeof value !== "string") {
      throw TransportError.config("ApiKeyAuth.query", `${showSecret(value)} as the key`, "a key is a string");
    }
    return new ApiKeyAuth(({ url }) => putInQuery(url, name, value));
  }

  /** Sets the header or the query parameter to the key. */
  sign(request: SignableRequest): void {
    this.#apply(request);
  }
}
