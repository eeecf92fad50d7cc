import { errorLine } from "../../text.js";
import { formatMilliseconds } from "../../units.js";
import { type Check, error, ok, warning } from "./check.js";
import { waysOut } from "./ways-out.js";

/** Whether the connection stays. */
export const ending: Check = {
  name: "Lasting",
  judge({ method, first: { end, notes, head } }) {
    if (end === undefined) return [];
    const after = formatMilliseconds(end.at - (head?.at ?? 0));
    if (end.error !== undefined) {
      return [
        error(
          `The connection broke after ${after} (${errorLine(end.error)}).`,
          `Look for a timeout of a proxy or a balancer, or a crash of the server. ${waysOut("timeout", head)}.`,
        ),
      ];
    }
    if (method !== "GET") return ok(`it ended by itself after ${after}`);
    const retry = notes.retries.at(-1);
    const again = retry === undefined ? "after a few seconds" : `after ${formatMilliseconds(retry)}`;
    return [
      warning(
        `It ended the stream after ${after}: clients come again ${again}, over and over.`,
        "Keep the connection open; answer 204 where there is nothing more to come.",
      ),
    ];
  },
};
