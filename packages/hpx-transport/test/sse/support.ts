import { setMaxListeners } from "node:events";
import { onTestFinished, vi } from "vitest";
import { SseConnection, type SseEvent, type SseProtocolHandler, type SseSource } from "../../src/sse/index.js";
import { MockSseServer, type MockSseServerOptions } from "../../src/testing/index.js";

/** A mock server that is closed, and proven to have no connection left, when the test is over. */
export async function startServer(options?: MockSseServerOptions): Promise<MockSseServer> {
  const server = await MockSseServer.start(options);
  onTestFinished(() => server.close());
  return server;
}

/** A connection that is closed when the test is over. */
export function open(source: SseSource, handler?: SseProtocolHandler): SseConnection {
  const connection = SseConnection.open(source, handler);
  onTestFinished(() => connection.close());
  return connection;
}

const quiet = (): void => {};

/** A logger that keeps silent: what a test listens to is put over it. */
export const silent = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** The next `count` events. */
export async function take(connection: SseConnection, count: number): Promise<SseEvent[]> {
  const events: SseEvent[] = [];
  while (events.length < count) {
    const result = await connection.stream.next();
    if (result.done) throw new Error(`the stream ended after ${events.length} of ${count} events`);
    events.push(result.value);
  }
  return events;
}

/** The data of every event until the stream ends. */
export async function drain(connection: SseConnection): Promise<string[]> {
  const data: string[] = [];
  for await (const event of connection) data.push(event.data);
  return data;
}

/** Everything that a promise needs to be over within the test's own time: the name of what hangs beats a timeout. */
export async function within<T>(promise: Promise<T>, what: string, milliseconds = 5000): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until a condition holds that no event announces; the test's own deadline is the limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Reconnects at once, so that a test is quick; the waits have tests of their own. */
export const prompt = { initialDelay: 1, jitter: 0, burst: 1000 };

/** Timers of at least `shortest` milliseconds that were set from now on and not cleared. */
export function pendingTimers(shortest: number): Set<unknown> {
  const pending = new Set<unknown>();
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  vi.stubGlobal("setTimeout", (callback: () => void, delay = 0) => {
    const timer = set(callback, delay);
    if (delay >= shortest) pending.add(timer);
    return timer;
  });
  vi.stubGlobal("clearTimeout", (timer: Parameters<typeof clear>[0]) => {
    pending.delete(timer);
    clear(timer);
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  return pending;
}

/** A signal that counts its listeners as they come and go. */
export function countingSignal(): { signal: AbortSignal; added: () => number; removed: () => number } {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  let [added, removed] = [0, 0];
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    added += 1;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    removed += 1;
    removeEventListener.apply(signal, args);
  };
  return { signal, added: () => added, removed: () => removed };
}
