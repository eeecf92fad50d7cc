import type { LogSettings } from "../config/options.js";
import type { RelayLog } from "./log.js";
import { SqliteLog } from "./sqlite/sqlite-log.js";

/** Opens the log that a configuration names; `readOnly`: beside a relay that writes to it. */
export async function openLog(
  { path, maxAge }: LogSettings,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): Promise<RelayLog> {
  return await SqliteLog.open(path, { maxAge, readOnly });
}
