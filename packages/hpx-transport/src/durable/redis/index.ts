/**
 * Positions in Redis, through your own client: node-redis (`redis`, `@redis/client`) or ioredis.
 *
 * @example
 * import { createClient } from "redis";
 * import { DurableCursor } from "hpx-transport/durable";
 * import { RedisCursorStore } from "hpx-transport/durable/redis";
 * import { SseConnection } from "hpx-transport/sse";
 *
 * const client = createClient();
 * client.on("error", (error) => console.error(error));
 * await client.connect();
 * const cursor = new DurableCursor({ name: "prices", store: new RedisCursorStore(client) });
 * for await (const { data, position } of SseConnection.open({ url: "https://example.com/prices", cursor })) {
 *   console.log(position, data);
 * }
 *
 * @remarks
 * - {@link RedisCursorStore}: how durable a save is
 * - {@link NodeRedisClient}, {@link IoredisClient}: what it needs of a client
 *
 * @module hpx-transport/durable/redis
 */
export type { IoredisClient, NodeRedisClient } from "./client.js";
export { type RedisCursorOptions, RedisCursorStore } from "./redis-store.js";
