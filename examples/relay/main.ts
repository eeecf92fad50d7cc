/**
 * A whole installation on loopback: sources that break their connections, one relay (two over NATS) and a consumer, each a
 * process of its own that is started again when it dies. Kill what you like; Ctrl-C ends all of it, and verifies the log.
 *
 *     node examples/dist/relay/main.js [FILE]            everything; FILE: feeds.yaml beside this program's source
 *     node examples/dist/relay/main.js FILE SERVICE      one of sources, relay-1, relay-2 and consumer
 */
import { fileURLToPath } from "node:url";
import { consume } from "./consumer.js";
import { runRelay } from "./relay.js";
import { runServices } from "./services.js";
import { runSources } from "./sources.js";

const beside = fileURLToPath(new URL("../../relay/feeds.yaml", import.meta.url));
const [file = beside, service = "all"] = process.argv.slice(2);

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop.abort());

const services: Readonly<Record<string, () => Promise<unknown>>> = {
  all: () => runServices(file, stop.signal),
  sources: () => runSources(file, stop.signal),
  consumer: () => consume(file, stop.signal),
  "relay-1": () => runRelay(file, service, stop.signal),
  "relay-2": () => runRelay(file, service, stop.signal),
};
const run = services[service];
if (run === undefined) {
  console.error(`usage: main [FILE [SERVICE]]; the services are ${Object.keys(services).join(", ")}`);
  process.exit(2);
}
await run();
