import type { Sample } from "./levels.js";

/** What the run tells the consumer's process. */
export type Command =
  | { readonly type: "start"; readonly seed: number; readonly urls: readonly string[] }
  /** Tell what state the connections are in. */
  | { readonly type: "describe" }
  | { readonly type: "stop" };

/** What the consumer does by chance. */
export type Whim = "slow" | "pause" | "reconnect";

/** What the consumer's process tells the run. */
export type Report =
  | { readonly type: "received"; readonly lane: number; readonly events: readonly (readonly [string, string])[] }
  /** `at` is in milliseconds since the epoch, as exactly as the clock allows. */
  | { readonly type: "whim"; readonly lane: number; readonly whim: Whim; readonly at: number }
  | { readonly type: "sample"; readonly sample: Sample }
  /** It saw something that must not be. */
  | { readonly type: "violation"; readonly lane: number; readonly message: string }
  /** In answer to `describe`. */
  | { readonly type: "described"; readonly lane: number; readonly state: string }
  /** What it held before there was a connection. */
  | { readonly type: "started"; readonly before: Sample }
  /** What it holds when all are closed. */
  | { readonly type: "stopped"; readonly after: Sample };

/** Milliseconds since the epoch, comparable between processes. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
