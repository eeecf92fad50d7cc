import { isStreamHead } from "../facts.js";
import { errorLine } from "../../text.js";
import { formatMilliseconds } from "../../units.js";
import { type Check, error, type Finding, ok, warning, withWords } from "./check.js";

/** How a client that comes again is answered. */
export const reconnect: Check = {
  name: "Reconnect",
  judge({ again }) {
    if (again === undefined) return [];
    const { head, failure, serverSays } = again.probe;
    if (head !== undefined && isStreamHead(head)) return ok(`answered after ${formatMilliseconds(head.at)}`);
    if (head?.status === 200) {
      return [
        error("A client that comes again gets something that is no event stream.", "Answer it as the first time."),
      ];
    }
    if (head !== undefined) return [withWords(refusal(head.status, head.headers.get("retry-after")), serverSays)];
    const why = failure === undefined ? "nothing was answered" : errorLine(failure);
    return [error(`A client that comes again is not answered: ${why}.`, "Let the server take a client back at once.")];
  },
};

function refusal(status: number, retryAfter: string | null): Finding {
  if (status === 204) {
    return warning("A client that comes again gets 204, and stays away for good.", "Answer 200 while events may come.");
  }
  if (status === 429 || status === 503) {
    const when = retryAfter === null ? " without a time to wait" : ` for ${retryAfter} s`;
    return warning(
      `A client that comes again at once is turned away (${status})${when}.`,
      retryAfter === null
        ? "Send Retry-After, or let one reconnect pass."
        : "Clients must wait for Retry-After; many do not.",
    );
  }
  return error(`A client that comes again is refused (${status}).`, "Accept requests with a Last-Event-ID.");
}
