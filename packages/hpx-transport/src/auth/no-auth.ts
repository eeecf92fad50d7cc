import type { Authentication } from "./authentication.js";

/** Signs nothing: for code that needs an {@link Authentication} where a service needs none. */
export class NoAuth implements Authentication {
  /** Does nothing. */
  sign(): void {}
}
