/**
 * Authentication: strategies that sign every attempt, and each redirect to the same origin, over the request exactly as it
 * will be sent. Importing it loads errors and checks, nothing else.
 *
 * ```text
 *   SignableRequest { method, url, headers, body } ──> auth.sign() ──> the same, signed ──> the wire
 *                                                         └── throws: AUTH
 * ```
 *
 * @example
 * import { ApiKeyAuth, CompositeAuth, HmacAuth } from "hpx-transport/auth";
 *
 * const auth = new CompositeAuth(
 *   ApiKeyAuth.header("X-Client", "desk-7"),
 *   new HmacAuth({ recipe: "bybit", key: "key", secret: "secret" }), // last: it may cover what the others set
 * );
 *
 * @remarks
 * - {@link ApiKeyAuth}: a fixed key, in a header or the query; {@link BearerAuth}: a token, or a function that gets one
 * - {@link HmacAuth}: a signature; {@link hmacRecipes} are presets for some exchanges, {@link HmacAuthOptions} describe
 *   any other service
 * - {@link CompositeAuth}: several of them, one after the other; {@link NoAuth}: none
 * - {@link Authentication}: the interface of all of them, and of your own; {@link SignableRequest} is the request to sign
 *
 * @module hpx-transport/auth
 */
export { ApiKeyAuth } from "./api-key.js";
export { type Authentication, NoAuth, type SignableRequest } from "./authentication.js";
export { BearerAuth, type TokenSource } from "./bearer.js";
export { CompositeAuth } from "./composite.js";
export { HmacAuth } from "./hmac/auth.js";
export type {
  HmacAuthOptions,
  HmacEncoding,
  HmacHash,
  HmacMessage,
  HmacParts,
  HmacTimestampFormat,
} from "./hmac/options.js";
export { type HmacRecipeName, hmacRecipes } from "./hmac/recipes.js";
export type { HmacPlace, HmacTimestampPlace } from "./hmac/signature-location.js";
