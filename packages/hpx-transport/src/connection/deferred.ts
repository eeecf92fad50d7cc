/** A promise with its handles outside; Node 20 lacks `Promise.withResolvers`. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** A rejection that is never reported as unhandled. */
export function quietRejection(reason: unknown): Promise<never> {
  const quiet = quietDeferred<never>();
  quiet.reject(reason);
  return quiet.promise;
}

/** A deferred whose rejection is never reported as unhandled. A caller that awaits the promise still gets it. */
export function quietDeferred<T>(): Deferred<T> {
  const quiet = deferred<T>();
  quiet.promise.catch(() => {});
  return quiet;
}

/** A deferred whose promise is made at the first use: most connections never need it. Its rejection is quiet. */
export class LazyDeferred {
  #deferred: Deferred<void> | undefined;
  #settle: ((deferred: Deferred<void>) => void) | undefined;

  get promise(): Promise<void> {
    if (this.#deferred === undefined) {
      this.#deferred = quietDeferred();
      this.#settle?.(this.#deferred);
    }
    return this.#deferred.promise;
  }

  resolve(): void {
    this.#settleWith(RESOLVE);
  }

  reject(reason: unknown): void {
    this.#settleWith((waiting) => waiting.reject(reason));
  }

  /** The first one counts. */
  #settleWith(settle: (deferred: Deferred<void>) => void): void {
    if (this.#settle !== undefined) return;
    this.#settle = settle;
    if (this.#deferred !== undefined) settle(this.#deferred);
  }
}

/** One for all, instead of a function each. */
const RESOLVE = (waiting: Deferred<void>): void => waiting.resolve();
