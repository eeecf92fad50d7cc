import type { ServerSentEvent } from "sseer";
import { nameOf } from "../../checks/names.js";
import type { SseConnectInfo, SseCursorPlace, SseProtocolHandler } from "../protocol/handler.js";
import type { SseMessageKind } from "../protocol/event.js";
import type { SseVerdict } from "../protocol/verdict.js";
import { at, jsonOf } from "./support.js";

/**
 * The streams of Stellar's Horizon (https://developers.stellar.org/docs/data/apis/horizon/api-reference/structure/streaming).
 *
 * - the cursor is the record's `paging_token`, and goes to the query as `cursor`, in place of the one in the URL, such as
 *   `now`. It is the event's `id`
 * - Horizon serves a page, says `close` (`"byebye"`) and closes: the next page is asked for at once. `close` is delivered
 *   as `retry`, the greeting `open` as `system`
 * - `cursor=now` asks for what comes from now on. Where Horizon closes before the first record, which it does about once a
 *   minute, the next request asks for `now` again, and records in between are lost: `onLoss` is called with `"unknown"`, and
 *   `handle.stats.lost` counts one. Begin with the `paging_token` of a record to lose none
 * - an `error` event (a timeout, a rate limit) is delivered as `system`, and retried with the backoff
 *
 * It remembers that it was connected: use one handler for one connection.
 */
export class StellarSseHandler implements SseProtocolHandler {
  readonly cursor: SseCursorPlace = {
    query: "cursor",
    read({ data }) {
      const token = at(jsonOf(data), "paging_token");
      return typeof token === "string" && token !== "" ? token : undefined;
    },
  };

  #wasConnected = false;

  judgeResponse({ url }: SseConnectInfo): SseVerdict | undefined {
    const wasConnected = this.#wasConnected;
    this.#wasConnected = true;
    return wasConnected && url.searchParams.get("cursor") === "now" ? { lost: "unknown" } : undefined;
  }

  classifyEvent({ event, data }: ServerSentEvent): SseMessageKind {
    if (event === "close") return "retry";
    return data === "" || event === "open" || event === "error" ? "system" : "data";
  }

  judgeEvent({ event, data }: ServerSentEvent): SseVerdict | undefined {
    if (event === "close") return "reconnect";
    return event === "error" ? { error: nameOf(data.replace(/^problem: /, "")), retryable: true } : undefined;
  }
}
