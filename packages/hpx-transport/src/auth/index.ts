/**
 * Authentication: strategies that sign every attempt. Anything with `sign()` is an {@link Authentication}.
 *
 * @module hpx-transport/auth
 */
export { ApiKeyAuth } from "./api-key-auth.js";
export type { Authentication, SignableRequest } from "./authentication.js";
export { BearerAuth, type TokenSource } from "./bearer-auth.js";
export { CompositeAuth } from "./composite-auth.js";
export { HmacAuth } from "./hmac-auth.js";
export type { HmacEncoding, HmacHash } from "./hmac-crypto.js";
export type { HmacMessage, HmacParts, HmacTimestampFormat } from "./hmac-message.js";
export type { HmacAuthOptions } from "./hmac-options.js";
export { type HmacRecipeName, hmacRecipes } from "./hmac-recipes.js";
export { NoAuth } from "./no-auth.js";
export type { HmacPlace, HmacTimestampPlace } from "./place.js";
