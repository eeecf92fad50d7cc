import { formatMilliseconds } from "../../units.js";
import { isEncoded } from "../facts.js";
import type { Probe } from "../evidence.js";
import { type Check, error, ok, warning } from "./check.js";

/** How much later the first event may be for compression, in milliseconds. */
const LATER = 500;
const WAY_OUT = "Flush the compressor after each event, or leave text/event-stream uncompressed.";

/** Whether compression, which browsers ask for, holds events back. */
export const compression: Check = {
  name: "Compression",
  judge({ first, uncompressed }) {
    const encoding = first.head?.headers.get("content-encoding") ?? "";
    if (first.head === undefined || !isEncoded(first.head.headers)) return ok("none");
    if (first.end?.error !== undefined && first.notes.bursts.length === 0) {
      return [error(`What it sends is not ${encoding}, as it says.`, "Compress it, or say nothing of it.")];
    }
    if (uncompressed?.head?.status !== 200) return [];
    const plain = firstAt(uncompressed);
    const packed = firstAt(first);
    if (plain !== undefined && (packed ?? first.watched) - plain > LATER) {
      const when =
        packed === undefined ? "no event came at all" : `the first event came after ${formatMilliseconds(packed)}`;
      return [
        error(
          `Compression (${encoding}) holds events back: ${when}; without it after ${formatMilliseconds(plain)}.`,
          WAY_OUT,
        ),
      ];
    }
    if (isEncoded(uncompressed.head.headers)) {
      return [
        warning(
          `It compresses (${encoding}) also where the client does not ask for it.`,
          "Compress only what Accept-Encoding allows.",
        ),
      ];
    }
    return ok(packed === undefined ? encoding : `${encoding}, and events come through at once`);
  },
};

function firstAt({ notes }: Probe): number | undefined {
  return notes.events[0]?.at ?? notes.comments[0]?.at;
}
