import { type Check, kindOf, readTable, text, wrong } from "./checks.js";

/** Where a source begins while the log has nothing of it: with what comes, or after the event with an id. */
export type Start =
  | "now"
  | {
      /** The id of an event. */
      readonly after: string;
    };

/** Reads a {@link Start} as the id to begin after; empty for what comes. */
export const start: Check<string | undefined> = (field, value) => {
  if (value === undefined) return undefined;
  if (value === "now") return "";
  const { after } = readTable(field, value, { after: text("it takes the id of an event, as text") });
  if (after === undefined) throw wrong(field, kindOf(value), 'it takes "now", or "after" with an id');
  return after;
};
