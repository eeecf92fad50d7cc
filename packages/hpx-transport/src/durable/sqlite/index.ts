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
 * const cursor = new DurableCursor({ name: "prices", store: new SqliteCursorStore(database) });
 * for await (const event of SseConnection.open({ url: "https://example.com/prices", cursor })) {
 *   database.exec("begin immediate");
 *   database.prepare("insert into prices (data) values (?)").run(event.data);
 *   await cursor.saveIn(database, event);
 *   database.exec("commit");
 * }
 *
 * @remarks
 * - {@link SqliteCursorStore}, and {@link SqliteDatabase}: what it needs of the handle
 *
 * @module hpx-transport/durable/sqlite
 */
export { type SqliteCursorOptions, SqliteCursorStore, type SqliteDatabase } from "./sqlite-store.js";
