import { check } from "../../checks/checkers.js";

const isName = (value: unknown): value is string => typeof value === "string" && /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/.test(value);
const checked = check("it takes letters, digits and _, with a schema before a dot where wanted", isName, "hpx_cursors");

/** The table of a store: it is a part of statements, so it holds nothing that would need quotes. */
export function tableName(table: unknown): string {
  return checked("table", table);
}
