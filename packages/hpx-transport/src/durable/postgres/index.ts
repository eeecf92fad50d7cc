/**
 * Positions in a table of your PostgreSQL database, through your own pool or client of the package pg. With `saveIn`, your work
 * and the position are one transaction: each event counts once.
 *
 * @example
 * import pg from "pg";
 * import { DurableCursor } from "hpx-transport/durable";
 * import { PostgresCursorStore } from "hpx-transport/durable/postgres";
 * import { SseConnection } from "hpx-transport/sse";
 *
 * const pool = new pg.Pool();
 * const cursor = new DurableCursor({ name: "prices", store: new PostgresCursorStore(pool) });
 * for await (const batch of SseConnection.open({ url: "https://example.com/prices", cursor }).batches()) {
 *   const client = await pool.connect();
 *   try {
 *     await client.query("begin");
 *     for (const { data } of batch) await client.query("insert into prices (data) values ($1)", [data]);
 *     await cursor.saveIn(client, batch);
 *     await client.query("commit");
 *   } catch (error) {
 *     await client.query("rollback");
 *     throw error;
 *   } finally {
 *     client.release();
 *   }
 * }
 *
 * @remarks
 * - {@link PostgresCursorStore}, and {@link PostgresClient}: what it needs of a pool or a client
 *
 * @module hpx-transport/durable/postgres
 */
export { type PostgresClient, type PostgresCursorOptions, PostgresCursorStore } from "./postgres-store.js";
