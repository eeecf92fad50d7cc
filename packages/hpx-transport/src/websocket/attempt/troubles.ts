import { LazyDeferred } from "../../connection/deferred.js";

/** Errors that are forgiven once, counted until a connection was useful. */
export class Troubles {
  /** Violations of the protocol in a row. */
  violations = 0;
  /** A close with 1008 was answered by a new signature. */
  renewed = false;
  /** The handler is asked for fresh credentials. */
  renew = false;

  /** A connection was useful. */
  clear(): void {
    this.violations = 0;
    this.renewed = false;
    this.renew = false;
  }
}

/** The first time that a session is ready and every topic that was wanted is decided. */
export class FirstPass {
  readonly #done = new LazyDeferred();

  get promise(): Promise<void> {
    return this.#done.promise;
  }

  done(): void {
    this.#done.resolve();
  }

  /** The connection is over. */
  end(reason: unknown): void {
    this.#done.reject(reason);
  }
}
