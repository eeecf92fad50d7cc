import { NATS_FAULTS } from "../logs/nats-cluster.js";
import { SQLITE_FAULTS } from "../logs/sqlite-file.js";
import { RELAY_FAULTS } from "../relays/fleet.js";
import type { Rng } from "../rng.js";

/** The log is copied while it is down, and the copy takes its place later. */
export const COPY = "log: copied";
export const ROLL_BACK = "log: rolled back";

/** A fault of the plan. */
export interface Step {
  readonly fault: string;
  /** The pause before it, in milliseconds. */
  readonly pause: number;
  /** How long it lasts, in milliseconds. */
  readonly length: number;
  /** From 0 to below 1: which relay or server. */
  readonly choice: number;
}

/** Which faults there are on a log. */
export interface Faults {
  readonly relays: readonly string[];
  readonly log: readonly string[];
}

/** Every planned fault on a log. */
export function faultsOn(log: "nats" | "sqlite"): Faults {
  const own = log === "nats" ? NATS_FAULTS : SQLITE_FAULTS;
  // One relay has no others that take over, and is all of them.
  const relays = RELAY_FAULTS.filter((fault) => log === "nats" || !/others|all/.test(fault));
  return { relays, log: [...own, COPY, ROLL_BACK] };
}

/** How long a fault lasts, in milliseconds; two numbers for the shortest and the longest. */
const LENGTHS: Readonly<Record<string, readonly [number, number]>> = {
  "relay: SIGSTOP, shortly": [200, 1500],
  "relay: SIGSTOP, until others took over": [3000, 8000],
  "leader: SIGSTOP": [1000, 8000],
  "server: SIGSTOP": [1000, 6000],
  "log: full": [1000, 4000],
  "log: locked by another program": [500, 8000],
};
const USUAL_LENGTH = [100, 2500] as const;

/**
 * Endless steps: every fault once in random order, then again in another one. The same seed makes the same plan; when a step
 * begins depends on how long those before it took. A roll back comes after a copy, with faults between them.
 */
export function* planOf(faults: readonly string[], pause: readonly [number, number], rng: Rng): Generator<Step, never> {
  for (;;) {
    for (const fault of inOrder(rng.shuffled(faults), rng)) {
      const [shortest, longest] = LENGTHS[fault] ?? USUAL_LENGTH;
      yield {
        fault,
        pause: rng.between(...pause),
        length: rng.between(shortest, longest),
        choice: rng.fraction(),
      };
    }
  }
}

/** Moves the copy into the first half, and the roll back into the second. */
function inOrder(faults: readonly string[], rng: Rng): readonly string[] {
  if (!faults.includes(COPY)) return faults;
  const others = faults.filter((fault) => fault !== COPY && fault !== ROLL_BACK);
  const half = Math.floor(others.length / 2);
  const copyAt = rng.between(0, half);
  const rollBackAt = rng.between(half, others.length) + 1;
  return others.toSpliced(copyAt, 0, COPY).toSpliced(rollBackAt, 0, ROLL_BACK);
}
