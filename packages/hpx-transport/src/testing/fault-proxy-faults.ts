/**
 * One way in which a {@link FaultProxy} mistreats a connection. Durations are milliseconds.
 *
 * These end or silence it, each at most once:
 *
 * - `refuse`: resets the connection as it is accepted, and listens no more for `for` milliseconds, so that whoever comes
 *   then is really refused (`ECONNREFUSED`). A listening socket cannot choose whom to refuse: hence the first is reset.
 * - `cut`: after exactly `after` bytes, closes both sides (FIN); with `after: 0` as it is accepted, the target untouched.
 * - `reset`: the same with RST, a moment after the last byte has left, so that it can still be read.
 * - `stall`: after exactly `after` bytes, forwards no more and closes nothing; what still comes is thrown away.
 *
 * These bend what is forwarded:
 *
 * - `delay`: each byte arrives `ms` later.
 * - `throttle`: at most `bytes` at once, then `pause` milliseconds of nothing.
 * - `split`: pieces of at most `bytes`, each sent on its own.
 * - `merge`: whatever comes within `ms` is sent at once.
 *
 * `from` says whose bytes are counted or bent.
 *
 * @defaultValue `from: "server"`
 */
export type Fault =
  | {
      /** Resets the connection, and listens no more for a while. */
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
  /** Whose bytes are counted or bent. @defaultValue `"server"` */
  readonly from?: Side | undefined;
}

/** The faults that stop the forwarding. */
export type Breaking = "cut" | "reset" | "stall";

/** Who sends the bytes that a fault is about. */
export type Side = "client" | "server";

/** The name of a fault. */
export type FaultKind = Fault["fault"];

/**
 * What happens to one connection: nothing (`[]`), one fault, or several at once. Of several that break the same side,
 * the first to be reached counts.
 */
export type FaultPlan = Fault | readonly Fault[];

/** What every number of a fault takes, by the fault. */
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

/** The faults of `plan`, checked: a misspelt fault would be a test that tests nothing. */
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
