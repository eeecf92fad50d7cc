/**
 * Positions in a table of your PostgreSQL database, through your own pool of the package pg, or your `sql` of the package
 * postgres. With `saveIn`, your work and the position are one transaction: each event counts once.
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
 * @example With the package postgres
 * for await (const batch of SseConnection.open({ url: "https://example.com/prices", cursor }).batches()) {
 *   await sql.begin(async (tx) => {
 *     for (const { data } of batch) await tx`insert into prices (data) values (${data})`;
 *     await cursor.saveIn(tx, batch);
 *   });
 * }
 *
 * @remarks
 * - {@link PostgresCursorStore}: how durable a save is
 * - {@link PostgresClient}, {@link PostgresJs}: what it needs of a pool, a client or `sql`
 *
 * @module hpx-transport/durable/postgres
 */
export type { TableOptions } from "../sql/options.js";
export type { PostgresClient, PostgresJs } from "./client.js";
export { type PostgresCursorOptions, PostgresCursorStore } from "./postgres-store.js";
