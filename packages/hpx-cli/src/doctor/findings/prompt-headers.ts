import { formatMilliseconds } from "../../units.js";
import { type Check, warning } from "./check.js";

/** Longer than any network is slow, in milliseconds. */
const LATE = 1500;
const TOGETHER = 100;

/** Whether the headers come at once, and do not wait for the first event. */
export const promptHeaders: Check = {
  name: "Headers",
  judge({ first: { head, notes } }) {
    if (head === undefined || head.at < LATE) return [];
    const first = notes.bursts[0];
    const withEvent = first !== undefined && first.at - head.at < TOGETHER;
    const time = formatMilliseconds(head.at);
    return [
      withEvent
        ? warning(
            `The headers came after ${time}, together with the first bytes: until then clients wait, and may give up.`,
            "Flush the headers at once; a comment (`:\\n\\n`) behind them helps with proxies.",
          )
        : warning(`The headers took ${time}.`, "Answer first, and look for events then."),
    ];
  },
};
