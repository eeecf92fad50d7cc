import { formatMilliseconds } from "../../units.js";
import type { Burst, Head } from "../evidence.js";
import { type Check, error, type Finding, ok, warning } from "./check.js";
import { productsOf, waysOut } from "./ways-out.js";

/** How many bursts make a pattern. */
const PATTERN = 3;
/** Bursts nearer than this, in milliseconds, may be chance. */
const APART = 200;
const BLOCK = 1024;

/** Whether events come as they happen, or are collected on the way. */
export const buffering: Check = {
  name: "Buffering",
  judge(evidence) {
    const { head, notes } = evidence.first;
    const length = head?.headers.get("content-length") ?? null;
    if (length !== null) {
      return [
        error(
          `It has a length (${length} bytes): something has collected the whole stream before sending it.`,
          wayOut(head),
        ),
      ];
    }
    // What comes first may have waited for us: a backlog is no buffer.
    const bursts = notes.bursts.slice(1);
    const finding = inBlocks(bursts, head) ?? heartbeatsTogether(bursts, head) ?? eventsTogether(bursts, head);
    if (finding !== undefined) return [finding];
    if (bursts.length === 0) return [];
    return ok("none seen");
  },
};

/** Pieces of one round size that end anywhere are those of a buffer. */
function inBlocks(bursts: readonly Burst[], head: Head | undefined): Finding | undefined {
  const round = bursts.filter(({ bytes }) => bytes % BLOCK === 0);
  const size = median(round.map(({ bytes }) => bytes));
  const alike = round.filter(({ bytes }) => bytes === size);
  if (alike.length < PATTERN || alike.length * 2 < bursts.length || !alike.some(({ endsInside }) => endsInside)) return;
  return error(
    `It comes in pieces of exactly ${size} bytes, cut within events: those of a buffer that fills up.`,
    wayOut(head),
  );
}

/** Heartbeats are sent one at a time: where several come at once, they have waited. */
function heartbeatsTogether(bursts: readonly Burst[], head: Head | undefined): Finding | undefined {
  const most = Math.max(0, ...bursts.map(({ comments }) => comments));
  if (most < 2 || bursts.filter(({ comments }) => comments > 1).length < 2) return undefined;
  return error(
    `Up to ${most} heartbeats came at once, which were sent one by one: something collects them.`,
    wayOut(head),
  );
}

function eventsTogether(bursts: readonly Burst[], head: Head | undefined): Finding | undefined {
  const full = bursts.filter(({ events }) => events > 0);
  const events = full.reduce((sum, burst) => sum + burst.events, 0);
  if (full.length < PATTERN || events < full.length * PATTERN) return undefined;
  const gaps = full.slice(1).map(({ at }, index) => at - (full[index] as Burst).at);
  const apart = median(gaps);
  if (apart < APART) return undefined;
  const products = productsOf(head);
  const seen =
    products.length === 0 ? "" : ` (${products.join(" and ")} ${products.length === 1 ? "is" : "are"} on it)`;
  return warning(
    `${events} events came in ${full.length} bursts, ${formatMilliseconds(apart)} apart: the server sends them so, or something on the way${seen} collects them.`,
    wayOut(head),
  );
}

function wayOut(head: Head | undefined): string {
  return `Turn buffering off on the way, and flush after each event in the server. ${waysOut("buffering", head)}.`;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
