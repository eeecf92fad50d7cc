import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds since 1970 with their fractions: a whole millisecond is too coarse for loopback. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Waits until `milliseconds` have passed (without an end if undefined) or `signal` is aborted. */
export async function elapsed(milliseconds: number | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  if (milliseconds === undefined) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    return;
  }
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}

/** The times of events from the server's write to the consumer's loop, in milliseconds. */
export class Latency {
  readonly #samples: number[] = [];

  add(milliseconds: number): void {
    this.#samples.push(milliseconds);
  }

  /** The smallest sample that `percent` of all samples do not exceed; undefined without samples. */
  percentile(percent: number): number | undefined {
    const sorted = Float64Array.from(this.#samples).toSorted();
    return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  }
}

/** A latency in milliseconds, in the same form everywhere. */
export function formatLatency(milliseconds: number | undefined): string {
  return milliseconds === undefined ? "- ms" : `${milliseconds.toFixed(2)} ms`;
}
