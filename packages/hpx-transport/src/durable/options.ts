import { type Check, count, fn, nonEmpty, objectWith, oneOf } from "../checks/checkers.js";
import { LONGEST_TIMER } from "../checks/check.js";
import { type PlainOptions, readOptions, type Spec } from "../checks/options.js";
import { TransportError } from "../error.js";
import { continuityOption } from "./continuity/checked.js";
import type { Continuity } from "./continuity/continuity.js";
import type { Gap } from "./continuity/gap.js";
import type { CursorStore } from "./store.js";

/** Options of {@link DurableCursor}. An option that is `undefined` means its default. */
export interface DurableOptions {
  /** The key in the store. Each consumer needs a name of its own: a second one that claims it stops the first. */
  name: string;
  /** Keeps the position: `MemoryCursorStore`, `FileCursorStore`, one over your database, or your own. */
  store: CursorStore;
  /**
   * How an event is acknowledged: `"next"` by asking for the next event or batch, which says that the one before is done;
   * `"manual"` by `acknowledge()`, in any order.
   *
   * @defaultValue `"next"`
   */
  acknowledge?: "next" | "manual" | undefined;
  /**
   * Saves after as many acknowledged events; 1 saves after each, as fast as the store is. From 50 on, two such saves are 0.02 ms
   * apart for each of these events, and 20 ms at most: this counts beyond 50,000 events a second.
   *
   * @defaultValue `1000`
   */
  saveEvery?: number | undefined;
  /** Saves at the latest so many milliseconds after an acknowledgement. @defaultValue `1000` */
  saveInterval?: number | undefined;
  /** How many events may be handed over and not be saved; then delivery waits. A batch may overshoot. @defaultValue `100_000` */
  maxUnsaved?: number | undefined;
  /** How missing and repeated events are found. @defaultValue none: only what the server says */
  continuity?: Continuity | undefined;
  /** Whether an event that comes again is dropped, or delivered. @defaultValue `"drop"` */
  duplicates?: "drop" | "deliver" | undefined;
  /** Called for each gap, just before the first event after it is handed over. @defaultValue none */
  onGap?: ((gap: Gap) => void) | undefined;
  /** Whether a loss is reported, or ends the connection with `GAP`. @defaultValue `"report"` */
  gaps?: "report" | "error" | undefined;
  /**
   * How many of the last acknowledged events are remembered by a hash in the record, for servers that replay after a reconnect
   * whatever was asked for. Each makes the record 20 bytes longer.
   *
   * @defaultValue `0`
   */
  remember?: number | undefined;
}

const TABLE = {
  name: required(nonEmpty("it takes a name, which is not empty"), "it takes a name"),
  store: required(objectWith<CursorStore>("claim", "save"), "it takes an object with claim(), save()"),
  acknowledge: oneOf(["next", "manual"], "next"),
  saveEvery: count(1000, "events"),
  saveInterval: count(1000, "milliseconds", 0, LONGEST_TIMER),
  maxUnsaved: count(100_000, "events"),
  continuity: continuityOption,
  duplicates: oneOf(["drop", "deliver"], "drop"),
  onGap: fn<DurableOptions["onGap"]>(undefined),
  gaps: oneOf(["report", "error"], "report"),
  remember: count(0, "events", 0, 100_000),
} satisfies Spec<DurableOptions>;

/** The options after their checks. */
export type DurableSettings = PlainOptions<DurableOptions> & Pick<DurableOptions, "store" | "continuity" | "onGap">;

/** @throws {TransportError} `CONFIG`, naming the option */
export function readDurableOptions(options: DurableOptions): DurableSettings {
  return readOptions(undefined, options, TABLE);
}

function required<T>(check: Check<T | undefined>, expected: string): Check<T> {
  return (field, value) => {
    const checked = check(field, value);
    if (checked === undefined) throw TransportError.config(field, "undefined", expected);
    return checked;
  };
}
