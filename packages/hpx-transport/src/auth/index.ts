export { ApiKeyAuth } from "./api-key-auth.js";
export type { Authentication, SignableRequest } from "./authentication.js";
export { BearerAuth, type TokenSource } from "./bearer-auth.js";
