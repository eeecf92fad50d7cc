import type { RelayLog } from "./log.js";
import type { NatsLogOptions } from "./nats/options.js";
import { SqliteLog } from "./sqlite/sqlite-log.js";
import { SqliteReader } from "./sqlite/sqlite-reader.js";

/** Which log to open. */
export type LogSettings =
  | {
      /** A file, for one process. */
      readonly kind: "sqlite";
      /** The path of the file. */
      readonly path: string;
      /** In milliseconds; 0: messages are kept. */
      readonly maxAge: number;
    }
  | ({
      /** A stream of NATS JetStream. */
      readonly kind: "nats";
    } & NatsLogOptions);

/** Opens the log that a configuration names; `readOnly`: beside a relay that writes to it. */
export async function openLog(
  settings: LogSettings,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): Promise<RelayLog> {
  if (settings.kind === "nats") {
    // The client of NATS is loaded where a log needs it.
    const { NatsLog } = await import("./nats/nats-log.js");
    return await NatsLog.open(readOnly ? { ...settings, group: undefined } : settings);
  }
  if (readOnly) return await SqliteReader.open(settings.path);
  return await SqliteLog.open(settings.path, { maxAge: settings.maxAge });
}
