// Turns of the event loop. A user's test may replace the timers of the runtime by fake ones, and a stream that flows has to
// go on. So the flow of events depends on no function that fake timers replace.

interface Runtime {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly MessageChannel?: typeof MessageChannel;
}

/** Calls back in a microtask. Jest and Sinon replace `queueMicrotask`, and cannot replace promises. */
export function soon(callback: () => void): void {
  void afterAwait(callback);
}

async function afterAwait(callback: () => void): Promise<void> {
  await Promise.resolve();
  callback();
}

/**
 * Calls back in a later turn of the event loop, after all microtasks. It keeps the process alive until then. Without a
 * `MessageChannel` it needs `setTimeout`.
 */
export function nextTurn(callback: () => void): void {
  const { MessageChannel } = globalThis as Runtime;
  if (MessageChannel === undefined) {
    setTimeout(callback, 0);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the attribute also starts the port
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(undefined);
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
