/** What the consumer's process holds at a moment, after a garbage collection. */
export interface Sample {
  /** In bytes. */
  readonly heap: number;
  /** In bytes. */
  readonly rss: number;
  readonly sockets: number;
  readonly timers: number;
  readonly abortListeners: number;
  readonly processListeners: number;
}

const MIB = 1024 * 1024;

/** How much each may grow from the second quarter of a run to the last. */
const MOST_GROWTH: Sample = {
  heap: 4 * MIB,
  // The code that is compiled and the pages that the allocator keeps take minutes to settle.
  rss: 48 * MIB,
  // At any moment some connections are open and some wait; what never goes away exceeds the limit of a single sample.
  sockets: 6,
  timers: 6,
  abortListeners: 0,
  processListeners: 0,
};

/** What must be as it was before the connections were made. Memory is not: code was loaded and compiled since. */
const GIVEN_BACK = ["sockets", "timers", "abortListeners", "processListeners"] as const;

/** Growth from the second quarter to the last, by medians: the first is for warming up. */
export function growth(samples: readonly Sample[]): string[] {
  const quarter = Math.floor(samples.length / 4);
  if (quarter < 2) return [];
  const early = samples.slice(quarter, 2 * quarter);
  const late = samples.slice(-quarter);
  return keysOf(MOST_GROWTH).flatMap((key) => {
    const [from, to] = [median(early, key), median(late, key)];
    return to - from > MOST_GROWTH[key] ? [`${key} grew from ${from} to ${to}`] : [];
  });
}

/** A socket and a few timers for each connection, and a socket that is just closing: never more. */
export function excess(sample: Sample, before: Sample, lanes: number): string[] {
  const most = { sockets: 2 * lanes, timers: 4 * lanes, abortListeners: lanes, processListeners: 0 };
  return GIVEN_BACK.flatMap((key) =>
    sample[key] - before[key] > most[key] ? [`${sample[key] - before[key]} ${key} for ${lanes} connections`] : [],
  );
}

/** What is left when all is closed. */
export function leftovers(after: Sample, before: Sample): string[] {
  return GIVEN_BACK.flatMap((key) =>
    after[key] > before[key] ? [`${after[key] - before[key]} ${key} are left after close`] : [],
  );
}

/** From the second quarter to the last, for people. */
export function trend(samples: readonly Sample[]): string {
  const quarter = Math.floor(samples.length / 4);
  if (quarter < 1) return "too short for a trend";
  const [early, late] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)];
  return keysOf(MOST_GROWTH)
    .map((key) => {
      const unit = key === "heap" || key === "rss" ? MIB : 1;
      const [from, to] = [median(early, key), median(late, key)].map((value) =>
        (value / unit).toFixed(unit === 1 ? 0 : 1),
      );
      return `${key}${unit === 1 ? "" : " (MiB)"} ${from} -> ${to}`;
    })
    .join(", ");
}

function median(samples: readonly Sample[], key: keyof Sample): number {
  const values = samples.map((sample) => sample[key]).toSorted((a, b) => a - b);
  return values[Math.floor(values.length / 2)] as number;
}

function keysOf<T extends object>(value: T): (keyof T)[] {
  return Object.keys(value) as (keyof T)[];
}
