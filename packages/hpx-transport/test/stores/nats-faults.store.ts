import { natsServer } from "./servers/nats.js";
import { faultSuite } from "./support/fault-suite.js";

faultSuite("NatsCursorStore", {
  kind: "@nats-io/kv",
  server: natsServer,
  place: async (port) => `nats://127.0.0.1:${port}/cursors`,
  claimText: '{"epoch":2',
});
