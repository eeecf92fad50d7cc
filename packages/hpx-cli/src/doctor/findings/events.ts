import { count, formatMilliseconds } from "../../units.js";
import { type Check, note, ok } from "./check.js";

/** Whether there was anything to judge by. */
export const events: Check = {
  name: "Events",
  judge({ interrupted, first: { notes, watched, end } }) {
    const time = formatMilliseconds(end?.at ?? watched);
    if (notes.events.length > 0) return ok(`${count(notes.eventCount, "event")} in ${time}`);
    if (interrupted) return [];
    return [
      note(
        `No event came within ${time}: nothing can be said of ids and of resuming.`,
        "Look longer with --seconds, or let the server send something.",
      ),
    ];
  },
};
