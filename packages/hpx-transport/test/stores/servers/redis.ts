import { redis } from "../../support/requirements.js";
import type { ServerKind } from "./server.js";

/** Redis, which syncs its log of commands with each write. */
export const redisServer: ServerKind = {
  requirement: redis,
  command: () => "redis-server",
  args: (folder, port) => {
    const durable = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""];
    return ["--bind", "127.0.0.1", "--port", String(port), "--dir", folder, ...durable];
  },
};
