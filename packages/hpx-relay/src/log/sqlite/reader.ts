import type { LogRecord, ReadFrom } from "../log.js";
import { type Database, rowsAsArrays, type SqlValue, type Statement } from "./driver.js";
import { type ArrayRow, COLUMNS_BUT_DATA, recordOf } from "./schema.js";

/** The most records of a page, and bytes of their data; a page has at least one record. */
const MOST_RECORDS = 1000;
const MOST_BYTES = 4 * 1024 * 1024;

const NO_DATA = new Uint8Array();

/**
 * Reads pages of records. Rows come as arrays, and the data of a page as one array of bytes of which each record has its part:
 * a driver takes longer to make an object for a row, and a buffer for a value, than SQLite to find them.
 */
export class PageReader {
  readonly #database: Database;
  readonly #withData: boolean;
  readonly #bytes: number;
  readonly #names: readonly string[];
  readonly #rows: Statement;
  readonly #data: Statement;

  constructor(database: Database, { source, withoutData = false, bytes = MOST_BYTES }: ReadFrom) {
    this.#database = database;
    this.#withData = !withoutData;
    this.#bytes = Math.min(bytes, MOST_BYTES);
    this.#names = source === undefined ? [] : [source];
    const where = `where ${source === undefined ? "" : "source = ? and "}pos > ? and pos <= ?`;
    const rows = `select ${COLUMNS_BUT_DATA}, octet_length(data) from messages ${where} order by pos limit ${MOST_RECORDS}`;
    this.#rows = rowsAsArrays(database.prepare(rows));
    this.#data = rowsAsArrays(
      database.prepare(
        `select cast(group_concat(data, '') as blob) from (select data from messages ${where} order by pos)`,
      ),
    );
  }

  /** The records after one position, up to another; none where none follow. */
  page(after: number, until: number): readonly LogRecord[] {
    if (!this.#withData) return this.#rowsOf(after, until).map((row) => recordOf(row, NO_DATA));
    // Both queries must see the same rows: the relay that appends may delete old ones.
    this.#database.exec("begin");
    try {
      const rows = this.#rowsOf(after, until);
      const last = rows.at(-1);
      return last === undefined ? [] : recordsOf(rows, this.#bytesOf(after, last[0]));
    } finally {
      this.#database.exec("commit");
    }
  }

  #rowsOf(after: number, until: number): readonly ArrayRow[] {
    const rows = this.#rows.all(...this.#names, after, until) as ArrayRow[];
    let bytes = 0;
    const end = rows.findIndex((row) => (bytes += lengthOf(row)) > this.#bytes);
    return end === -1 || !this.#withData ? rows : rows.slice(0, Math.max(1, end));
  }

  #bytesOf(after: number, until: number): Uint8Array {
    const [data] = this.#data.get(...this.#names, after, until) as [SqlValue];
    return data instanceof Uint8Array ? data : NO_DATA;
  }
}

function recordsOf(rows: readonly ArrayRow[], bytes: Uint8Array): readonly LogRecord[] {
  let end = 0;
  return rows.map((row) => {
    const start = end;
    end += lengthOf(row);
    return recordOf(row, bytes.subarray(start, end));
  });
}

function lengthOf(row: ArrayRow): number {
  return row[11];
}
