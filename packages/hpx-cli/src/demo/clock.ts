import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds since 1970 with their fractions: a whole millisecond is too coarse for loopback. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Waits until `milliseconds` have passed (for ever where undefined) or `signal` is aborted. */
export async function elapsed(milliseconds: number | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  if (milliseconds === undefined) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    return;
  }
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}
