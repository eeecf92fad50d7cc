import { bytesAsText } from "../../http/headers.js";
import type { SseConnectInfo } from "../protocol/handler.js";
import type { SseVerdict } from "../protocol/verdict.js";
import { GenericSseHandler } from "./generic.js";

/** Asks a hub for all that it has; its answer then names what came before that, which nobody asked for. */
const EARLIEST = "earliest";

/**
 * A Mercure hub (https://mercure.rocks/spec, "Reconnection, State Reconciliation, and Event Sourcing").
 *
 * The response names the event before the first one that it sends. Where that is not the one asked for, events may be
 * lost: `onLoss` hears of it (`"unknown"`, the hub does not count), `handle.stats.lost` counts one, and the subscriber
 * should fetch the topic anew. It is heard before any event of that response.
 */
export class MercureSseHandler extends GenericSseHandler {
  /** A loss where the hub's `Last-Event-ID` is not the one that was asked for. */
  judgeResponse({ headers, lastEventId, url }: SseConnectInfo): SseVerdict | undefined {
    const asked = lastEventId || (url.searchParams.get("lastEventID") ?? "");
    const answered = headers.get("Last-Event-ID");
    if (asked === "" || asked === EARLIEST || answered === null || utf8(answered) === asked) return undefined;
    return { lost: "unknown" };
  }
}

/** A header's value is its bytes, one a character; one beyond them was decoded already. */
function utf8(value: string): string {
  if (/[^\u0000-\u00FF]/.test(value)) return value;
  return bytesAsText(value);
}
