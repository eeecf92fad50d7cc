/**
 * Positions in a table of your SQLite database, through your own handle: `DatabaseSync` of node:sqlite, or better-sqlite3.
 * With `saveIn`, your work and the position are one transaction: each event counts once.
 *
 * @example
 * import { DatabaseSync } from "node:sqlite";
 * import { DurableCursor } from "hpx-transport/durable";
 * import { SqliteCursorStore } from "hpx-transport/durable/sqlite";
 * import { SseConnection } from "hpx-transport/sse";
 *
 * const database = new DatabaseSync("prices.db");
 * const insert = database.prepare("insert into prices (data) values (?)");
 * const cursor = new DurableCursor({ name: "prices", store: new SqliteCursorStore(database) });
 * for await (const batch of SseConnection.open({ url: "https://example.com/prices", cursor }).batches()) {
 *   database.exec("begin immediate");
 *   try {
 *     for (const { data } of batch) insert.run(data);
 *     await cursor.saveIn(database, batch);
 *     database.exec("commit");
 *   } catch (error) {
 *     database.exec("rollback");
 *     throw error;
 *   }
 * }
 *
 * @remarks
 * - {@link SqliteCursorStore}: how durable a save is, and who may share the file
 * - {@link SqliteDatabase}, {@link SqliteStatement}: what it needs of the handle
 *
 * @module hpx-transport/durable/sqlite
 */
export type { TableOptions } from "../sql/options.js";
export {
  type SqliteCursorOptions,
  SqliteCursorStore,
  type SqliteDatabase,
  type SqliteStatement,
} from "./sqlite-store.js";
