import { join } from "node:path";
import { runs } from "../../support/program.js";
import type { ServerKind } from "./server.js";

/** A NATS server with JetStream. */
export const natsServer: ServerKind = {
  requirement: { met: runs("nats-server", "--version"), missing: "nats-server is not installed" },
  command: () => "nats-server",
  args: (folder, port) => ["-a", "127.0.0.1", "-p", String(port), "-js", "-sd", join(folder, "jetstream")],
};

const newest = "/opt/nats-server/nats-server";

/**
 * A server of a cluster, where `.ci/nats-server` puts it. Those before 2.9.21 accept two writes at the same time that name one
 * revision, in a cluster: https://github.com/nats-io/nats-server/issues/4320
 */
export const clusterServer: ServerKind = {
  ...natsServer,
  requirement: { met: runs(newest, "--version"), missing: `no ${newest}; .ci/nats-server puts it there` },
  command: () => newest,
};
