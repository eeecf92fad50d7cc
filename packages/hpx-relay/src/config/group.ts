import type { LogSettings } from "../log/open.js";
import { duration, readTable, type Spec, text, weight, whole, wrong } from "./checks.js";

/** The relays that share the sources. Whatever they believe of each other, the log lets only one append. */
export interface GroupConfig {
  /** The group's name; relays of one stream have the same. @defaultValue the name of the stream */
  name?: string | undefined;
  /** How long a relay that is silent stays a member; the others take over then. From 1 second. @defaultValue `"5s"` */
  ttl?: number | string | undefined;
  /**
   * This relay's share of the sources, beside the weights of the others: with 2 it runs twice as many as one with 1. From 0.001
   * to 1000.
   *
   * @defaultValue 1
   */
  weight?: number | undefined;
  /**
   * The most sources that this relay runs; the next in rank runs the others. A source for which no relay has room is run by
   * none, and every status says so.
   *
   * @defaultValue no limit
   */
  maxSources?: number | undefined;
}

const TABLE = {
  name: text("it takes 1 to 60 letters, digits, - and _", /^[A-Za-z0-9_-]{1,60}$/),
  ttl: duration(5000, 1000),
  weight,
  maxSources: whole(Number.MAX_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER),
} satisfies Spec<GroupConfig>;

/** {@link GroupConfig}, checked; `undefined` where nothing was given. */
export interface GroupSettings {
  /** `undefined`: that of the stream. */
  readonly name: string | undefined;
  /** In milliseconds. */
  readonly ttl: number;
  /** This relay's share, beside the weights of the others. */
  readonly weight: number;
  /** The most sources that this relay runs. */
  readonly maxSources: number;
  /** The configuration has the option. */
  readonly isGiven: boolean;
}

/** @throws {TransportError} `CONFIG`, naming the option */
export function readGroup(field: string, value: unknown): GroupSettings {
  return { ...readTable(field, value ?? {}, TABLE), isGiven: value !== undefined };
}

/** The log with its group. @throws {TransportError} `CONFIG` for a log that has none */
export function withGroup(log: LogSettings, { name, ttl, isGiven }: GroupSettings): LogSettings {
  if (log.kind === "nats") return { ...log, group: { name: name ?? log.name, ttl } };
  if (!isGiven) return log;
  throw wrong(
    "group",
    "a group on a SQLite log",
    "one process has the file: leave it out, or set log to nats://HOST:PORT",
  );
}
