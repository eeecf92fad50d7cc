import type { Append, Message } from "../log.js";
import type { Database, SqlValue, Statement } from "./driver.js";
import { COLUMNS } from "./schema.js";

/** Rows of one statement: a call of the driver costs about as much as a row. */
const ROWS = 16;

/** The data is bound as text where it is text, and stored as bytes in any case. */
const ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, cast(? as blob))";

/** Values of one row. */
const WIDTH = 12;

/** Writes messages as rows, many rows with one statement. */
export class Inserts {
  readonly #one: Statement;
  readonly #many: Statement;
  /** The values of the next statement, in one array for all times. */
  readonly #values: SqlValue[] = Array.from({ length: ROWS * WIDTH }, () => null);

  constructor(database: Database) {
    const insert = `insert into messages (${COLUMNS}) values `;
    this.#one = database.prepare(insert + ROW);
    this.#many = database.prepare(insert + Array.from({ length: ROWS }, () => ROW).join());
  }

  /** Writes all messages at the positions after `last`. Returns the position of the last message of each part. */
  write(parts: readonly Append[], last: number): readonly number[] {
    let position = last;
    let rows = 0;
    const positions = parts.map(({ source, messages, tag }) => {
      for (const [index, message] of messages.entries()) {
        position += 1;
        this.#set(rows * WIDTH, position, source, message, index === messages.length - 1 ? tag : null);
        rows += 1;
        if (rows < ROWS) continue;
        this.#many.run(...this.#values);
        rows = 0;
      }
      return position;
    });
    for (let row = 0; row < rows; row += 1) this.#one.run(...this.#values.slice(row * WIDTH, (row + 1) * WIDTH));
    // No event stays longer than its append.
    this.#values.fill(null);
    return positions;
  }

  /** In the order of the columns. */
  #set(at: number, position: number, source: string, message: Message, tag: string | null): void {
    const values = this.#values;
    values[at] = position;
    values[at + 1] = source;
    values[at + 2] = message.n;
    values[at + 3] = message.event;
    values[at + 4] = message.id;
    values[at + 5] = message.after;
    values[at + 6] = message.at;
    values[at + 7] = message.hash;
    values[at + 8] = message.kind ?? null;
    values[at + 9] = message.facts ?? null;
    values[at + 10] = tag;
    values[at + 11] = message.data;
  }
}
