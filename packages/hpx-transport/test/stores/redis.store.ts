import { redisServer } from "./servers/redis.js";
import { sharedServer } from "./servers/server.js";
import { suite } from "./support/suite.js";

const server = sharedServer(redisServer);
let places = 0;
const place = async (): Promise<string> => `redis://127.0.0.1:${server().port}#place-${(places += 1)}:`;

suite("RedisCursorStore over @redis/client", { kind: "@redis/client", place });
suite("RedisCursorStore over ioredis", { kind: "ioredis", place });
