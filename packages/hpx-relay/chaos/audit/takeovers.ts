import type { Ending } from "../relays/fleet.js";
import type { Source } from "../sources/source.js";
import type { Row } from "./row.js";

/** A stretch of time, by `Date.now()`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Sources with so many events a second show soon when they come again. */
const STEADY = 2;
/** The log was whole for so long before. In milliseconds. */
const BEFORE = 1500;
/** A relay that wrote a source within this time before its end had it. */
const RECENT = 3000;

/** How long sources of a relay that ended wait for another one: from the end to the next event that was read. */
export class Takeovers {
  readonly #steady: ReadonlySet<string>;
  readonly #endings: readonly Ending[];
  readonly #disturbances: readonly Span[];
  readonly #last = new Map<string, { readonly owner: string; readonly at: number }>();
  /** Milliseconds, by how the relay ended. */
  readonly times: Map<string, number[]> = new Map<string, number[]>();
  #waiting: Row[] = [];

  /** `disturbances`: when the log was not whole; such takeovers are left out. */
  constructor(sources: readonly Source[], endings: readonly Ending[], disturbances: readonly Span[]) {
    const steady = sources.filter(({ kind, rate }) => kind.isComplete === true && rate >= STEADY);
    this.#steady = new Set(steady.map(({ name }) => name));
    this.#endings = endings.filter(({ how }) => how === "relay: SIGKILL" || how === "relay: SIGTERM");
    this.#disturbances = disturbances;
  }

  /** The next row of the log, of any source. */
  take(row: Row): void {
    if (!this.#steady.has(row.source)) return;
    if (row.tag === "") {
      this.#waiting.push(row);
      return;
    }
    // The tag is on the last row of the source's append.
    const first = this.#waiting.find(({ source }) => source === row.source) ?? row;
    this.#waiting = this.#waiting.filter(({ source }) => source !== row.source);
    const owner = row.tag.split(".").slice(0, 2).join(".");
    const last = this.#last.get(row.source);
    this.#last.set(row.source, { owner, at: row.at });
    if (last !== undefined && last.owner !== owner) this.#changed(last, first.at);
  }

  #changed(last: { readonly owner: string; readonly at: number }, at: number): void {
    const ending = this.#endings.find(
      (each) =>
        last.owner.startsWith(`${each.id}.`) && each.at >= last.at - 50 && each.at - last.at < RECENT && each.at < at,
    );
    if (ending === undefined) return;
    if (this.#disturbances.some(({ from, to }) => from < at && to > ending.at - BEFORE)) return;
    this.times.set(ending.how, [...(this.times.get(ending.how) ?? []), at - ending.at]);
  }
}

/** The value below which `share` of the values are; `undefined` without values. */
export function percentile(values: readonly number[], share: number): number | undefined {
  return values.toSorted((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * share))];
}
