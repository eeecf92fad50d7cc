import type { Append } from "../log.js";
import type { Database, SqlValue, Statement } from "./driver.js";
import { COLUMNS } from "./schema.js";

/** Rows of one statement: a call of the driver costs about as much as a row. */
const ROWS = 16;

/** The data is bound as text where it is text, and stored as bytes in any case. */
const ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, cast(? as blob))";

/** Writes messages as rows, many rows with one statement. */
export class Inserts {
  readonly #one: Statement;
  readonly #many: Statement;

  constructor(database: Database) {
    const insert = `insert into messages (${COLUMNS}) values `;
    this.#one = database.prepare(insert + ROW);
    this.#many = database.prepare(insert + Array.from({ length: ROWS }, () => ROW).join());
  }

  /** Writes all messages at the positions after `last`. Returns the position of the last message of each part. */
  write(parts: readonly Append[], last: number): readonly number[] {
    let position = last;
    let rows: SqlValue[][] = [];
    const positions = parts.map(({ source, messages, tag }) => {
      for (const [index, message] of messages.entries()) {
        position += 1;
        const { n, event, id, after, at, hash, kind = null, facts = null, data } = message;
        const isLast = index === messages.length - 1;
        rows.push([position, source, n, event, id, after, at, hash, kind, facts, isLast ? tag : null, data]);
        if (rows.length < ROWS) continue;
        this.#many.run(...rows.flat());
        rows = [];
      }
      return position;
    });
    for (const row of rows) this.#one.run(...row);
    return positions;
  }
}
