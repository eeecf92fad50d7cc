import { once } from "node:events";
import { readConfigFile, Relay } from "hpx-relay";
import type { Logger } from "hpx-transport/sse";

const tell = (fields: { name?: string; reason?: string }, message: string): void =>
  console.log([fields.name, message, fields.reason].filter(Boolean).join(" "));
/** A logger for people; `console` is one, too, with all fields of each line. */
const logger: Logger = { debug: () => {}, info: tell, warn: tell, error: tell };

/** A relay until it is asked to stop: `hpx relay FILE --id ID` does the same, and reads the file again at SIGHUP. */
export async function runRelay(file: string, id: string, signal: AbortSignal): Promise<void> {
  const { config, folder } = await readConfigFile(file);
  // The first one has the address of the file; two cannot have the same.
  const status = id === "relay-1" ? config.status : "127.0.0.1:0";
  await using relay = await Relay.start({ ...config, id, status }, { folder, logger });
  console.log(`status page: ${relay.statusUrl}/`);
  if (!signal.aborted) await Promise.race([once(signal, "abort"), relay.over]);
}
