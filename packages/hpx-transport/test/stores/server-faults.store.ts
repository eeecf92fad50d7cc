import { natsServer } from "./servers/nats.js";
import { newDatabase, postgresServer } from "./servers/postgres.js";
import { redisServer } from "./servers/redis.js";
import { faultSuite } from "./support/fault-suite.js";

const sql = { server: postgresServer, place: newDatabase, claimText: "set epoch = kept.epoch + 1" };
faultSuite("PostgresCursorStore over pg", { kind: "pg", ...sql });
faultSuite("PostgresCursorStore over postgres", { kind: "postgres", ...sql });

const place = async (port: number): Promise<string> => `redis://127.0.0.1:${port}#cursor:`;
const keys = { server: redisServer, place, claimText: "hincrby" };
faultSuite("RedisCursorStore over @redis/client", { kind: "@redis/client", ...keys });
faultSuite("RedisCursorStore over ioredis", { kind: "ioredis", ...keys });

faultSuite("NatsCursorStore", {
  kind: "nats",
  server: natsServer,
  place: async (port) => `nats://127.0.0.1:${port}/cursors`,
  claimText: '{"epoch":2',
});
