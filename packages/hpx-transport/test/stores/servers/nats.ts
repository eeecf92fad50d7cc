import { join } from "node:path";
import { runs } from "../../support/program.js";
import type { ServerKind } from "./server.js";

/** A NATS server with JetStream. */
export const natsServer: ServerKind = {
  requirement: { met: runs("nats-server", "--version"), missing: "nats-server is not installed" },
  command: () => "nats-server",
  args: (folder, port) => ["-a", "127.0.0.1", "-p", String(port), "-js", "-sd", join(folder, "jetstream")],
};
