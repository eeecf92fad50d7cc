import { idsOf } from "../facts.js";
import { type Check, ok, quoted, warning } from "./check.js";

/** Whether events can be resumed after. */
export const ids: Check = {
  name: "Ids",
  judge({ first: { notes } }) {
    if (notes.events.length === 0) return [];
    const seen = idsOf(notes.events);
    const first = seen[0];
    if (first === undefined) {
      return [
        warning(
          "Events carry no id: a client loses the events that are sent while it is away.",
          "Give each event an `id`, and send what follows the Last-Event-ID that a client names.",
        ),
      ];
    }
    const strange = seen.find((id) => /[^\t -~]/.test(id));
    if (strange !== undefined) {
      return [
        warning(`The id ${quoted(strange)} is not ASCII: some clients cannot send it back.`, "Use letters and digits."),
      ];
    }
    const again = seen.find((id, index) => seen.indexOf(id) !== index);
    if (again !== undefined) {
      return [
        warning(
          `The id ${quoted(again)} was given twice: a client that resumes after it may lose events.`,
          "Give each id once.",
        ),
      ];
    }
    return ok(`from ${quoted(first)} to ${quoted(seen.at(-1) as string)}`);
  },
};
