import { type Check, check } from "../../checks/checkers.js";
import { show } from "../../checks/check.js";

/** A name, or two with a dot between them. Nothing in it needs quotes: it becomes a part of statements. */
const NAME = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?$/;

/** The option `table` of a store. */
export const tableName: Check<string> = check(
  "it takes the name of a table: letters, digits and _, after the name of its schema and a dot where wanted",
  (value): value is string => typeof value === "string" && NAME.test(value),
  "hpx_cursors",
  show,
);
