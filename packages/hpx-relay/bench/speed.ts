/** How fast something went. */
export interface Speed {
  /** Events in a second of the clock. */
  readonly perSecond: number;
  /** Microseconds of CPU for an event, of the whole process. */
  readonly cpu: number;
}

/** The CPU of this process so far, in seconds. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Measures work on so many events. */
export async function measured(work: () => void | Promise<void>, events: number): Promise<Speed> {
  const cpu = cpuSeconds();
  const began = performance.now();
  await work();
  return {
    perSecond: events / ((performance.now() - began) / 1000),
    cpu: ((cpuSeconds() - cpu) / events) * 1e6,
  };
}
