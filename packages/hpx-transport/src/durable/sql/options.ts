import { readOptions, type Spec } from "../../checks/options.js";
import { tableName } from "./table-name.js";

/** Options of a store in a table. */
export interface TableOptions {
  /**
   * The table: letters, digits and `_`, after the name of its schema and a dot where wanted. It is made at the first claim
   * where it does not exist.
   *
   * @defaultValue `"hpx_cursors"`
   */
  table?: string | undefined;
}

const TABLE = { table: tableName } satisfies Spec<TableOptions>;

/** @throws {TransportError} `CONFIG`, naming the option */
export function readTableOptions(options: TableOptions): { readonly table: string } {
  return readOptions(undefined, options, TABLE);
}

/** What to do where a table of this name is there, and is not the store's. */
export const WRONG_TABLE =
  "the table cannot be used; it needs the columns name (the key), epoch, version and record, so give the option table another name";
