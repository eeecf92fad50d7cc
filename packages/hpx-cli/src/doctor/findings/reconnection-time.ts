import { formatMilliseconds } from "../../units.js";
import { type Check, error, ok, quoted, warning } from "./check.js";

/** A shorter reconnection time floods the server, a longer one loses the client; in milliseconds. */
const SHORTEST = 100;
const LONGEST = 10 * 60_000;

/** Whether the `retry` that it asks for makes sense. */
export const reconnectionTime: Check = {
  name: "Retry",
  judge({ first: { notes } }) {
    const bad = notes.badRetries[0];
    if (bad !== undefined) {
      return [
        error(`retry: ${quoted(bad)} is no number: clients ignore it.`, "It takes whole milliseconds, digits only."),
      ];
    }
    const last = notes.retries.at(-1);
    if (last === undefined) return [];
    if (last < SHORTEST) {
      return [
        warning(
          `It asks clients to come again after ${last} ms: when it fails, all of them will flood it with requests.`,
          "Ask for a second or more.",
        ),
      ];
    }
    if (last <= LONGEST) return ok(formatMilliseconds(last));
    return [
      warning(
        `It asks clients to stay away for ${formatMilliseconds(last)} after each break.`,
        "retry is in milliseconds; ask for seconds, not for hours.",
      ),
    ];
  },
};
