/**
 * One fault of a connection through a {@link FaultProxy}. Durations are milliseconds.
 *
 * These end or silence it, each at most once:
 *
 * - `refuse`: resets the connection at once, and stops listening for `for` milliseconds, so that the next connections
 *   are refused (`ECONNREFUSED`). A listening socket cannot refuse one connection only, so the first is reset.
 * - `cut`: after exactly `after` bytes, closes both sides (FIN); with `after: 0` at once, without a connection to the target.
 * - `reset`: the same with RST, a moment after the last byte was sent, so that it can still be read.
 * - `stall`: after exactly `after` bytes, drops all later bytes and closes nothing.
 *
 * These change how bytes are forwarded:
 *
 * - `delay`: each byte arrives `ms` later.
 * - `throttle`: at most `bytes` at once, then `pause` milliseconds of nothing.
 * - `split`: pieces of at most `bytes`, each sent on its own.
 * - `merge`: bytes that arrive within `ms` are sent at once.
 *
 * `from`: the side whose bytes are counted or changed.
 *
 * @defaultValue `from: "server"`
 */
export type Fault =
  | {
      /** Resets the connection, and stops listening for a while. */
      readonly fault: "refuse";
      /** How long it does not listen, in milliseconds. */
      readonly for: number;
    }
  | ({
      /** Stops the forwarding. */
      readonly fault: Breaking;
      /** How many bytes are forwarded before. */
      readonly after: number;
    } & OneSided)
  | ({
      /** Lets each byte arrive later. */
      readonly fault: "delay";
      /** How much later, in milliseconds. */
      readonly ms: number;
    } & OneSided)
  | ({
      /** Forwards slowly. */
      readonly fault: "throttle";
      /** How many bytes are forwarded at once. */
      readonly bytes: number;
      /** How long nothing is forwarded then, in milliseconds. */
      readonly pause: number;
    } & OneSided)
  | ({
      /** Forwards in small pieces. */
      readonly fault: "split";
      /** The size of the largest piece. */
      readonly bytes: number;
    } & OneSided)
  | ({
      /** Forwards in large pieces. */
      readonly fault: "merge";
      /** How long it gathers a piece, in milliseconds. */
      readonly ms: number;
    } & OneSided);

/** A fault of the bytes that one side sends. */
export interface OneSided {
  /** The side whose bytes are counted or changed. @defaultValue `"server"` */
  readonly from?: Side | undefined;
}

/** The faults that stop the forwarding. */
export type Breaking = "cut" | "reset" | "stall";

/** The side that sends the bytes of a fault. */
export type Side = "client" | "server";

/** The name of a fault. */
export type FaultKind = Fault["fault"];

/**
 * What happens to one connection: nothing (`[]`), one fault, or several at once. Of several that break the same side,
 * the first to be reached counts.
 */
export type FaultPlan = Fault | readonly Fault[];

/** By fault, the least value of each of its numbers. */
const NUMBERS: Readonly<Record<FaultKind, Readonly<Record<string, number>>>> = {
  refuse: { for: 0 },
  cut: { after: 0 },
  reset: { after: 0 },
  stall: { after: 0 },
  delay: { ms: 0 },
  throttle: { bytes: 1, pause: 0 },
  split: { bytes: 1 },
  merge: { ms: 0 },
};

/** Every kind of fault. */
export const FAULT_KINDS: readonly FaultKind[] = Object.keys(NUMBERS) as FaultKind[];

/** The faults of `plan`, checked: with a misspelt fault a test would test nothing. */
export function faultsOf(plan: FaultPlan): readonly Fault[] {
  const faults = Array.isArray(plan) ? (plan as readonly Fault[]) : [plan as Fault];
  for (const fault of faults) check(fault);
  return faults;
}

function check(fault: Fault): void {
  const numbers = NUMBERS[fault.fault] as (typeof NUMBERS)[FaultKind] | undefined;
  if (numbers === undefined) throw new TypeError(`there is no fault like ${JSON.stringify(fault)}`);
  const values = fault as unknown as Readonly<Record<string, unknown>>;
  for (const [name, least] of Object.entries(numbers)) {
    const value = values[name];
    if (Number.isSafeInteger(value) && (value as number) >= least) continue;
    throw new TypeError(`${fault.fault}: ${name} is ${String(value)}; it takes a whole number from ${least}`);
  }
  const { from = "server" } = values;
  if (from !== "client" && from !== "server") {
    throw new TypeError(`${fault.fault}: from is ${JSON.stringify(from)}; it takes "client" or "server"`);
  }
}
