import { redisServer } from "./servers/redis.js";
import { faultSuite } from "./support/fault-suite.js";

const place = async (port: number): Promise<string> => `redis://127.0.0.1:${port}#cursor:`;

faultSuite("RedisCursorStore over @redis/client", { kind: "@redis/client", server: redisServer, place });
faultSuite("RedisCursorStore over ioredis", { kind: "ioredis", server: redisServer, place });
