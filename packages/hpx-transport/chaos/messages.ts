import type { Sample } from "./levels.js";

/** Messages from the run to the consumer's process. */
export type Command =
  | { readonly type: "start"; readonly seed: number; readonly urls: readonly string[] }
  /** Asks for a `described` of each connection. */
  | { readonly type: "describe" }
  | { readonly type: "stop" };

/** A random action of a reader. */
export type ReaderAction = "slow" | "pause" | "reconnect";

/** Messages from the consumer's process to the run. */
export type Report =
  | { readonly type: "received"; readonly lane: number; readonly events: readonly (readonly [string, string])[] }
  /** `at`: milliseconds since the epoch, with fractions. */
  | { readonly type: "action"; readonly lane: number; readonly action: ReaderAction; readonly at: number }
  | { readonly type: "sample"; readonly sample: Sample }
  /** The consumer saw a broken rule. */
  | { readonly type: "violation"; readonly lane: number; readonly message: string }
  /** The answer to `describe`. */
  | { readonly type: "described"; readonly lane: number; readonly state: string }
  /** The resources of the process before the first connection. */
  | { readonly type: "started"; readonly before: Sample }
  /** The resources of the process after the last close. */
  | { readonly type: "stopped"; readonly after: Sample };

/** Milliseconds since the epoch, comparable between processes. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
