import { formatMilliseconds } from "../../units.js";
import type { Head } from "../evidence.js";
import { isEncoded } from "../facts.js";
import { type Check, type Finding, warning } from "./check.js";

/** Longer than any network is slow, in milliseconds. */
const LATE = 1500;
const TOGETHER = 100;

/** Whether the headers come at once, and do not wait for the first event. */
export const promptHeaders: Check = {
  name: "Headers",
  judge({ first: { head, notes }, uncompressed }) {
    if (head === undefined || head.at < LATE) return [];
    if (isEncoded(head.headers)) {
      // It is the compressor that waits, and its own check says so.
      if ((uncompressed?.head?.at ?? head.at) < head.at / 2) return [];
      if (uncompressed === undefined) return [maybeCompression(head)];
    }
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

/** A request that is sent once only cannot be compared with one without compression. */
function maybeCompression({ at }: Head): Finding {
  return warning(
    `The response took ${formatMilliseconds(at)}, and it is compressed: the compressor may have held it back.`,
    "Try it with -H 'Accept-Encoding: identity'; if it is faster then, flush the compressor at once and after each event.",
  );
}
