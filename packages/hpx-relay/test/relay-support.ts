import { type LogRecord, Relay, type RelayConfig, type RelayContext, type SourceStatus } from "hpx-relay";
import { MockSseServer, type MockSseServerOptions } from "hpx-transport/testing";
import { onTestFinished } from "vitest";
import { until } from "./support.js";

/** A server whose events a test publishes; it keeps them and resumes. */
export async function feedServer(options: MockSseServerOptions = {}): Promise<MockSseServer> {
  const server = await MockSseServer.start({ retention: 100_000, deadline: 20_000, ...options });
  onTestFinished(() => server.close());
  return server;
}

/** A relay that goes with the test. */
export async function startRelay(config: RelayConfig, context: RelayContext = {}): Promise<Relay> {
  const relay = await Relay.start(config, context);
  onTestFinished(() => relay.close());
  return relay;
}

/** The status of a source of a relay. */
export function statusOf(relay: Relay, name: string): SourceStatus {
  const found = relay.status.sources.find((source) => source.name === name);
  if (found === undefined) throw new Error(`no source ${name}`);
  return found;
}

/** Waits until a source is in the log up to event `n`. */
export async function reached(relay: Relay, name: string, n: number): Promise<void> {
  await until(`event ${n} of ${name}`, () => statusOf(relay, name).n >= n);
}

/** The events of a log, as `id=data`, and its markers as `<kind facts>`. */
export function shown(records: readonly LogRecord[]): string[] {
  return records.map(({ id, data, kind, facts }) =>
    kind === undefined ? `${id}=${Buffer.from(data).toString()}` : `<${kind} ${facts}>`,
  );
}

/** Publishes numbered events on a feed, with a short pause after each 20 of them. */
export class NumberedEvents {
  readonly #feed: MockSseServer;
  /** How many were published. */
  count = 0;

  constructor(feed: MockSseServer) {
    this.#feed = feed;
  }

  /** Publishes `more` events: `event 1`, `event 2` and so on. */
  async publish(more: number): Promise<void> {
    for (let left = more; left > 0; left -= 1) {
      this.count += 1;
      this.#feed.publish({ data: `event ${this.count}` });
      if (this.count % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
