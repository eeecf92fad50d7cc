import { count } from "../../units.js";
import type { StreamNotes } from "../evidence.js";
import { type Check, error, note, ok, quoted, type CheckResult, warning } from "./check.js";

/** Whether it is written as the standard says. */
export const format: Check = {
  name: "Format",
  judge({ first: { notes, end } }) {
    if (notes.bursts.length === 0) return [];
    const results = [...lineEnds(notes), ...contents(notes)];
    if (notes.unfinished && end !== undefined && end.error === undefined) {
      results.push(
        error(
          "It ended without a blank line after the last event: clients drop that event.",
          "End each event with a blank line.",
        ),
      );
    }
    return results.length > 0 ? results : ok("as the standard says");
  },
};

function lineEnds({ lineEnds: { lf, crlf, cr }, startsWithBom }: StreamNotes): CheckResult[] {
  const results: CheckResult[] = [];
  if (startsWithBom) {
    results.push(note("It starts with a byte order mark, which not every client skips.", "Leave the BOM out."));
  }
  if (cr > 0) {
    results.push(
      warning("Lines end with CR alone, which many clients do not take for a line end.", "End lines with LF (\\n)."),
    );
  } else if (lf > 0 && crlf > 0) {
    results.push(note("Some lines end with LF, others with CRLF.", "End all of them with LF (\\n)."));
  }
  return results;
}

function contents({ strangeLines, invalidUtf8, tooLarge }: StreamNotes): CheckResult[] {
  const results: CheckResult[] = [];
  if (strangeLines.count > 0) {
    results.push(
      error(
        `${count(strangeLines.count, "line")} ${strangeLines.count === 1 ? "is" : "are"} no field of an event, such as ${quoted(strangeLines.first)}: clients pass over them.`,
        "Begin each line with `data: `, `event: `, `id: ` or `retry: `.",
      ),
    );
  }
  if (invalidUtf8) results.push(error("It is not UTF-8: clients read wrong characters.", "Send UTF-8."));
  if (tooLarge) results.push(error("A line or an event is larger than 16 MiB.", "Send smaller events."));
  return results;
}
