import type { ServerSentEvent } from "sseer";
import type { SseProtocolHandler } from "../protocol/handler.js";
import type { SseMessageKind } from "../protocol/event.js";
import type { SseVerdict } from "../protocol/verdict.js";

/**
 * GraphQL over server-sent events, in the protocol's "distinct connections mode": one operation for each connection
 * (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md).
 *
 * - `next` is a result, delivered as `data`. It stays data where it has `errors`: they are part of a result
 * - `complete` ends the stream; it is delivered as `system`, unless the server sends it without a data line
 * - an end of the body before `complete` is an error. It is retried where the request may be sent again: a GET, or any
 *   request with `resend: true`, which suits a subscription, because there is no id to resume after
 * - other events are delivered as `unknown`
 */
export class GraphQlSseHandler implements SseProtocolHandler {
  classifyEvent({ event, data }: ServerSentEvent): SseMessageKind {
    if (event === "complete" || data === "") return "system";
    return event === "next" ? "data" : "unknown";
  }

  judgeEvent({ event }: ServerSentEvent): SseVerdict | undefined {
    return event === "complete" ? "end" : undefined;
  }

  judgeEmpty(event: string): SseVerdict | undefined {
    return event === "complete" ? "end" : undefined;
  }

  judgeEnd(rest?: ServerSentEvent): SseVerdict | undefined {
    if (rest?.event === "complete") return "end";
    return { error: "the server ended the operation before complete", retryable: true };
  }
}
