/** A promise with its handles outside; Node 20 lacks `Promise.withResolvers`. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

export function deferred<T>(): Deferred<T> {
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

/** One whose rejection is never reported as unhandled: whoever awaits the promise still hears of it. */
export function quietDeferred<T>(): Deferred<T> {
  const quiet = deferred<T>();
  quiet.promise.catch(() => {});
  return quiet;
}
