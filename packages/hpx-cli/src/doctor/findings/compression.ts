import { formatMilliseconds } from "../../units.js";
import { isEncoded, isHeldBack } from "../facts.js";
import type { Head, Probe } from "../evidence.js";
import { type Check, error, type Finding, ok, warning } from "./check.js";
import { waysOut } from "./ways-out.js";

/** How much later the first event may be for compression, in milliseconds. */
const LATER = 500;

/** Whether compression, which browsers ask for, holds events back. */
export const compression: Check = {
  name: "Compression",
  judge(evidence) {
    const { first, uncompressed } = evidence;
    if (isHeldBack(evidence)) return [heldBack(first, uncompressed as Probe)];
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
          wayOut(first.head),
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

function heldBack({ head, watched }: Probe, uncompressed: Probe): Finding {
  const time = formatMilliseconds(watched);
  const encoding = head?.headers.get("content-encoding");
  const what = head === undefined ? "not even a response came" : "nothing came";
  const plain = formatMilliseconds(firstAt(uncompressed) ?? uncompressed.head?.at ?? 0);
  return error(
    `Compression${encoding ? ` (${encoding})` : ""} holds everything back: ${what} in ${time}. Asked again without compression, it answered after ${plain}; the other checks are about that.`,
    wayOut(head ?? uncompressed.head),
  );
}

function wayOut(head: Head | undefined): string {
  return `Flush the compressor after each event, or leave text/event-stream uncompressed. ${waysOut("compression", head)}.`;
}

function firstAt({ notes }: Probe): number | undefined {
  return notes.events[0]?.at ?? notes.comments[0]?.at;
}
