import { UsageError } from "../../usage.js";
import { findNatsServer, NatsServer } from "./nats-server.js";

/** Where the relays of the demo write to. */
export type DemoLogKind = "sqlite" | "nats";

/** A log for the demo; it goes with the demo. */
export interface DemoLog extends AsyncDisposable {
  readonly kind: DemoLogKind;
  /** Lines of the configuration. */
  readonly config: readonly string[];
  /** What it is, for people. */
  readonly description: string;
}

/**
 * Opens the log in `folder`. Without a kind it is NATS where a nats-server is found, otherwise SQLite.
 *
 * @throws {UsageError} where there is no nats-server, and NATS is asked for
 */
export async function openDemoLog(kind: DemoLogKind | undefined, folder: string): Promise<DemoLog> {
  const program = kind === "sqlite" ? undefined : await findNatsServer();
  if (program !== undefined) {
    const server = await NatsServer.start(program, folder);
    return {
      kind: "nats",
      // A relay that is silent for a second has lost its sources to the other one.
      config: [`log: ${server.url}`, "group: { ttl: 1s }"],
      description: `the log: ${program}, at ${server.url}; two relays share the sources`,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  }
  if (kind === "nats") {
    throw new UsageError(
      "--relay: nats needs a nats-server of 2.12 or later on the PATH or in /opt/nats-server; sqlite needs none",
    );
  }
  return {
    kind: "sqlite",
    config: ["log: sqlite:./relay.db"],
    description: "the log: a SQLite file, which one relay at a time may write to",
    [Symbol.asyncDispose]: async () => {},
  };
}
