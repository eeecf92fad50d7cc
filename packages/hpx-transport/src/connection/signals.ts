/** The connections that one signal ends, and the one listener that they share. */
interface Shared {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

const shared = /* @__PURE__ */ new WeakMap<AbortSignal, Shared>();

/**
 * Calls `callback` when `signal` fires; it must not throw.
 *
 * All callbacks of a signal share one listener. With a listener for each connection, Node warns of a leak from the 11th on,
 * and removing a listener searches the list of all others: closing thousands of connections takes quadratic time.
 */
export function onAbort(signal: AbortSignal, callback: () => void): void {
  const { callbacks } = shared.get(signal) ?? listenTo(signal);
  callbacks.add(callback);
}

/** As {@link onAbort}, at once where the signal has fired. Returns what undoes it. */
export function watchSignal(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) callback();
  else onAbort(signal, callback);
  return () => offAbort(signal, callback);
}

/** Undoes {@link onAbort}. The last callback to go takes the listener with it. */
export function offAbort(signal: AbortSignal, callback: () => void): void {
  const entry = shared.get(signal);
  if (entry === undefined) return;
  entry.callbacks.delete(callback);
  if (entry.callbacks.size > 0) return;
  shared.delete(signal);
  signal.removeEventListener("abort", entry.listener);
}

function listenTo(signal: AbortSignal): Shared {
  const callbacks = new Set<() => void>();
  const listener = (): void => {
    for (const callback of callbacks) callback();
  };
  const entry = { callbacks, listener };
  shared.set(signal, entry);
  signal.addEventListener("abort", listener);
  return entry;
}
