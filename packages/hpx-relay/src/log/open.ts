import type { RelayLog } from "./log.js";
import { SqliteLog } from "./sqlite/sqlite-log.js";

/** Which log to open. */
export interface LogSettings {
  /** The path of a SQLite file. */
  readonly path: string;
  /** In milliseconds; 0: messages are kept. */
  readonly maxAge: number;
}

/** Opens the log that a configuration names; `readOnly`: beside a relay that writes to it. */
export async function openLog(
  { path, maxAge }: LogSettings,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): Promise<RelayLog> {
  return await SqliteLog.open(path, { maxAge, readOnly });
}
