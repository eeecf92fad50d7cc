/** Errors that are forgiven once, counted until a connection was useful. */
export class Troubles {
  /** Violations of the protocol in a row. */
  violations = 0;
  /** A close with 1008 was answered by a new signature. */
  renewed = false;
  /** The handler is asked for fresh credentials. */
  renew = false;
}
