import { performance } from "node:perf_hooks";

/** A busier event loop than this saves time by waiting for more. */
const BUSY = 0.1;

/** How old a look at the event loop may be, in milliseconds. */
const FRESH = 200;

/** Returns what tells whether the event loop worked for more than a tenth of the time of late. */
export function loopIsBusy(): () => boolean {
  let looked = performance.eventLoopUtilization();
  let lookedAt = performance.now();
  let isBusy = false;
  return () => {
    const now = performance.now();
    if (now - lookedAt < FRESH) return isBusy;
    const next = performance.eventLoopUtilization();
    isBusy = performance.eventLoopUtilization(next, looked).utilization > BUSY;
    looked = next;
    lookedAt = now;
    return isBusy;
  };
}
