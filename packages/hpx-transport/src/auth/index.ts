/**
 * Authentication: strategies that sign every attempt, and each redirect to the same origin, over the request as it will
 * really be sent. It loads errors and nothing else.
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
 * - {@link HmacAuth}: a signature; {@link hmacRecipes} knows what some exchanges want, {@link HmacAuthOptions} says it for
 *   any other
 * - {@link CompositeAuth}: several of them, one after the other; {@link NoAuth}: none
 * - {@link Authentication}: what all of them are, and yours may be; {@link SignableRequest} is what it signs
 *
 * @module hpx-transport/auth
 */
export { ApiKeyAuth } from "./api-key.js";
export type { Authentication, SignableRequest } from "./authentication.js";
export { BearerAuth, type TokenSource } from "./bearer.js";
export { CompositeAuth } from "./composite.js";
export { HmacAuth } from "./hmac/auth.js";
export type { HmacAuthOptions } from "./hmac/options.js";
export type { HmacEncoding, HmacHash, HmacMessage, HmacParts, HmacTimestampFormat } from "./hmac/parts.js";
export { type HmacRecipeName, hmacRecipes } from "./hmac/recipes.js";
export { NoAuth } from "./no-auth.js";
export type { HmacPlace, HmacTimestampPlace } from "./place.js";
