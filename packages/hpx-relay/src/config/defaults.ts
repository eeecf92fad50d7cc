import { duration, readTable, type Spec, whole } from "./checks.js";
import { start, type Start } from "./start.js";

/** For sources that do not say otherwise. */
export interface DefaultsConfig {
  /** The longest time without a byte, then a source is connected anew; 0: no limit. @defaultValue `"60s"` */
  idleTimeout?: number | string | undefined;
  /** Where to begin while the log has nothing of a source: `"now"`, or `{ after: ID }`. @defaultValue `"now"` */
  start?: Start | undefined;
  /** Connects to one origin in a second, over all sources. @defaultValue 50 */
  connectsPerOrigin?: number | undefined;
}

/** {@link DefaultsConfig}, checked. */
export interface Defaults {
  readonly idleTimeout: number;
  readonly start: string;
  readonly connectsPerOrigin: number;
}

const TABLE = {
  idleTimeout: duration(60_000),
  start,
  connectsPerOrigin: whole(50, 1, 10_000),
} satisfies Spec<DefaultsConfig>;

/** @throws {TransportError} `CONFIG`, naming the option */
export function readDefaults(field: string, value: unknown = {}): Defaults {
  const read = readTable(field, value, TABLE);
  return { ...read, start: read.start ?? "" };
}
