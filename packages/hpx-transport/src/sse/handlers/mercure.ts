import { bytesAsText } from "../../http/headers.js";
import type { SseConnectInfo } from "../protocol/handler.js";
import type { SseVerdict } from "../protocol/verdict.js";
import { GenericSseHandler } from "./generic.js";

/** Asks a hub for everything that it has. Its response then names an earlier event, which is no loss. */
const EARLIEST = "earliest";

/**
 * A Mercure hub (https://mercure.rocks/spec, "Reconnection, State Reconciliation, and Event Sourcing").
 *
 * The response names the event before the first one that it sends. Where it names another event than the request, events
 * may be lost: `onLoss` is called with `"unknown"` (the hub does not count), before any event of that response,
 * `handle.stats.lost` counts one, and the subscriber should fetch the topic anew.
 */
export class MercureSseHandler extends GenericSseHandler {
  /** A loss where the hub's `Last-Event-ID` differs from the request's. */
  judgeResponse({ headers, lastEventId, url }: SseConnectInfo): SseVerdict | undefined {
    const asked = lastEventId || (url.searchParams.get("lastEventID") ?? "");
    const answered = headers.get("Last-Event-ID");
    if (asked === "" || asked === EARLIEST || answered === null || utf8(answered) === asked) return undefined;
    return { lost: "unknown" };
  }
}

/** A header's value holds a byte in each character. A value with other characters was decoded already. */
function utf8(value: string): string {
  if (/[^\u0000-\u00FF]/.test(value)) return value;
  return bytesAsText(value);
}
