interface Runtime {
  readonly setImmediate?: (callback: () => void) => unknown;
}

/**
 * Calls back after the sockets were read once more. Node runs timers first, then reads sockets, then runs immediates. A
 * timer of 0 ms may run before the sockets when many timers are due, so it only stands in where there are no immediates.
 */
export function afterReading(callback: () => void): void {
  const { setImmediate } = globalThis as Runtime;
  if (setImmediate === undefined) setTimeout(callback, 0);
  else setImmediate(callback);
}
