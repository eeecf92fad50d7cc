import { now } from "./clock.js";
import type { Contestant } from "./contestants.js";

/** The measurement of one contestant in one cell. */
export interface Measured {
  readonly name: string;
  readonly events: number;
  readonly sum: number;
  /** The time of each round in milliseconds. */
  readonly times: readonly number[];
}

const WARM_UP = 2;

/**
 * Runs each contestant once in each round, so that other work of the machine affects all of them alike. The order
 * changes from round to round. Warm-up rounds do not count.
 */
export async function measure(
  contestants: readonly Contestant[],
  chunks: readonly Buffer[],
  rounds: number,
): Promise<Measured[]> {
  const times = contestants.map(() => [] as number[]);
  const results = contestants.map(() => ({ events: 0, sum: 0 }));
  for (let round = -WARM_UP; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      // Forwards in one round and backwards in the next: otherwise each contestant would always run after the same one.
      const forwards = (turn + round + WARM_UP) % contestants.length;
      const index = round % 2 === 0 ? forwards : contestants.length - 1 - forwards;
      const contestant = contestants[index];
      if (contestant === undefined) continue;
      const begun = now();
      const result = contestant.run(chunks);
      const { events, sum } = result instanceof Promise ? await result : result;
      const time = now() - begun;
      results[index] = { events, sum };
      if (round >= 0) times[index]?.push(time);
    }
  }
  return contestants.map(({ name }, index) => ({
    name,
    events: results[index]?.events ?? 0,
    sum: results[index]?.sum ?? 0,
    times: times[index] ?? [],
  }));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? Number.NaN, sorted[middle] ?? Number.NaN];
  return (low + high) / 2;
}

export function geomean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** How many times longer the second takes than the first: the median of the ratios of all rounds. */
export function ratio(ours: Measured, theirs: Measured): number {
  return median(theirs.times.map((time, round) => time / (ours.times[round] ?? Number.NaN)));
}
