import { show } from "../checks/check.js";
import { check, count } from "../checks/checkers.js";
import { readOptions, type Spec } from "../checks/options.js";
import { TransportError } from "../error.js";
import { FAULT_KINDS, type Fault, type FaultKind, type FaultPlan } from "./fault-proxy-faults.js";

/** Options of {@link randomFaults}. */
export interface RandomFaultsOptions {
  /** A whole number: the same seed gives the same plans. */
  readonly seed: number;
  /** Which faults may happen. @defaultValue all */
  readonly faults?: readonly FaultKind[] | undefined;
  /** The share of connections without a fault, from 0 to 1. @defaultValue 0.1 */
  readonly healthy?: number | undefined;
  /** The most bytes before a connection breaks; small numbers are as likely as large ones. @defaultValue 16_384 */
  readonly bytes?: number | undefined;
  /** The longest delay, pause or refusal, in milliseconds. @defaultValue 50 */
  readonly ms?: number | undefined;
}

const TABLE = {
  seed: wholeNumber,
  faults: check(`it takes an array of ${FAULT_KINDS.join(", ")}`, areKinds, FAULT_KINDS),
  healthy: check("it takes a share from 0 to 1", isShare, 0.1, show),
  bytes: count(16_384, "bytes", 0),
  ms: count(50, "milliseconds", 0),
} satisfies Spec<RandomFaultsOptions>;

const BREAKING: ReadonlySet<FaultKind> = new Set(["refuse", "cut", "reset", "stall"]);

/**
 * Random plans for `proxy.otherwise`: each connection has one fault that breaks it and one that does not. The plan of the
 * n-th connection follows from the seed and n alone.
 *
 * @example
 * ```ts
 * proxy.otherwise(randomFaults({ seed: 42, faults: ["cut", "reset", "split"] }));
 * ```
 */
export function randomFaults(options: RandomFaultsOptions): (connection: number) => FaultPlan {
  const { seed, faults, healthy, bytes, ms } = readOptions(undefined, options, TABLE);
  const breaking = faults.filter((kind) => BREAKING.has(kind));
  const bending = faults.filter((kind) => !BREAKING.has(kind));
  return (connection) => {
    const random = seededRandom(seed + Math.imul(connection, 0x9e3779b1));
    if (random() < healthy) return [];
    const kinds = [breaking, bending].flatMap((some) => (some.length > 0 ? [pick(some, random)] : []));
    return kinds.map((kind) => drawFault(kind, { random, bytes, ms }));
  };
}

/** Random numbers from 0 up to 1, the same for the same seed (mulberry32), for the other random choices of a test. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Draw {
  readonly random: () => number;
  readonly bytes: number;
  readonly ms: number;
}

function drawFault(kind: FaultKind, { random, bytes, ms }: Draw): Fault {
  const duration = (): number => 1 + Math.floor(random() * ms);
  // Every order of magnitude has the same probability: status line, headers, first event and megabytes.
  const position = (): number => Math.floor((bytes + 1) ** random()) - 1;
  switch (kind) {
    case "refuse":
      return { fault: kind, for: duration() };
    case "cut":
    case "reset":
    case "stall":
      return { fault: kind, after: position() };
    case "delay":
    case "merge":
      return { fault: kind, ms: duration() };
    case "throttle":
      return { fault: kind, bytes: 1 + position(), pause: duration() };
    case "split":
      return { fault: kind, bytes: 1 + Math.floor(random() * 16) };
  }
}

function pick<T>(some: readonly T[], random: () => number): T {
  return some[Math.floor(random() * some.length)] as T;
}

function wholeNumber(field: string, value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw TransportError.config(field, show(value), "it takes a whole number");
}

function areKinds(value: unknown): value is readonly FaultKind[] {
  return Array.isArray(value) && value.every((kind: unknown) => FAULT_KINDS.some((known) => known === kind));
}

function isShare(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}
