import { LazyDeferred } from "../../connection/deferred.js";

/** Errors that are forgiven once, counted until a connection was useful. */
export class Troubles {
  /** Violations of the protocol in a row. */
  violations = 0;
  /** A close with 1008 was answered by a new signature. */
  renewed = false;
  /** The handler is asked for fresh credentials. */
  renew = false;
}

/** The first time that a session is ready and every topic that was wanted is decided. */
export class FirstPass extends LazyDeferred {}
