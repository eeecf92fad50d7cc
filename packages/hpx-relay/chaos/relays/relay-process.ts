/** One relay, as a process of its own: killed, stopped, and asked to end. Arguments: the configuration, and the relay's name. */
import { readConfigFile, Relay } from "hpx-relay";

const [file = "", id = ""] = process.argv.slice(2);

function line(level: string) {
  return (facts: object, message: string): void => {
    process.stderr.write(`${new Date().toISOString()} ${level} ${message} ${JSON.stringify(facts)}\n`);
  };
}

const logger = { debug: () => {}, info: line("info"), warn: line("warn"), error: line("error") };

// Without the run there is nothing to relay for.
process.on("disconnect", () => process.exit());
const { config, folder } = await readConfigFile(file);
const relay = await Relay.start({ ...config, id }, { folder, logger });
process.send?.({ type: "started" });
process.on("message", () => process.send?.({ type: "status", status: relay.status }));

async function end(): Promise<void> {
  await relay.close();
  // The process ends by itself, if nothing was left behind.
  process.removeAllListeners("disconnect");
  process.removeAllListeners("message");
  process.disconnect();
}

process.on("SIGTERM", () => void end());
