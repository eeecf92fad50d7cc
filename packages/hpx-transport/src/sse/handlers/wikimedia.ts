import type { ServerSentEvent } from "sseer";
import type { SseProtocolHandler } from "../protocol/handler.js";
import type { SseMessageKind } from "../protocol/event.js";
import type { SseVerdict } from "../protocol/verdict.js";
import { at, jsonOf } from "./support.js";

/**
 * Wikimedia's EventStreams (https://wikitech.wikimedia.org/wiki/Event_Platform/EventStreams_HTTP_Service).
 *
 * - the id is a JSON array of topics, partitions and their timestamps or offsets; it resumes as it is. To begin in the
 *   past, put `since` into the URL: an id, once there is one, wins
 * - canary events, whose `meta.domain` is `canary`, are made up by the service to watch itself: delivered as `system`
 * - the service closes every connection after 15 minutes: where it completes the body, a new one is made at once
 * - an `error` event is delivered as `system`, and retried with the backoff
 */
export class WikimediaSseHandler implements SseProtocolHandler {
  classifyEvent({ event, data }: ServerSentEvent): SseMessageKind {
    return data === "" || event === "error" || isCanary(data) ? "system" : "data";
  }

  judgeEvent({ event }: ServerSentEvent): SseVerdict | undefined {
    return event === "error" ? { error: "the service reported an error", retryable: true } : undefined;
  }

  judgeEnd(): SseVerdict | undefined {
    return "reconnect";
  }
}

function isCanary(data: string): boolean {
  return data.includes('"canary"') && at(jsonOf(data), "meta", "domain") === "canary";
}
