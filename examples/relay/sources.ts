import { once } from "node:events";
import { readConfigFile } from "hpx-relay";
import { MockSseServer } from "hpx-transport/testing";

/** Between two events of a source, and between two breaks of its connections, in milliseconds. */
const EVENT_EVERY = 20;
const BREAK_EVERY = 4000;

/** A server for each source of the configuration, at the address that it has there. */
export async function runSources(file: string, signal: AbortSignal): Promise<void> {
  const { settings } = await readConfigFile(file);
  const timers: NodeJS.Timeout[] = [];
  const servers: MockSseServer[] = [];
  for (const { name, url, ids, numeric } of settings.sources.values()) {
    // A source without ids keeps nothing: an event that is sent without a listener is gone.
    const server = await MockSseServer.start({
      port: Number(url.port),
      retention: ids ? 100_000 : 0,
      recordedRequests: 10,
    });
    servers.push(server);
    let events = 0;
    const publish = (): void => {
      events += 1;
      server.publish({ data: `${name} ${events}`, ...(!numeric && { id: `${name}-${events}` }) });
    };
    timers.push(setInterval(publish, EVENT_EVERY));
    timers.push(setInterval(() => void server.disconnectAll("reset"), BREAK_EVERY + 500 * servers.length));
  }
  console.log(`${servers.length} sources`);
  if (!signal.aborted) await once(signal, "abort");
  for (const timer of timers) clearInterval(timer);
  await Promise.all(servers.map((server) => server.close()));
}
