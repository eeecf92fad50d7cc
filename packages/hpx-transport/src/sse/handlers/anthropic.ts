import type { ServerSentEvent } from "sseer";
import type { AnyTransportError } from "../../error.js";
import type { SseProtocolHandler } from "../protocol/handler.js";
import type { SseMessageKind } from "../protocol/event.js";
import type { SseVerdict } from "../protocol/verdict.js";
import { at, jsonOf, nameOf, retryUnlessAccepted } from "./support.js";

/**
 * The streams of Anthropic's Messages API (https://docs.anthropic.com/en/docs/build-with-claude/streaming): an answer,
 * asked for once by POST.
 *
 * - `message_stop` ends it; it and `ping` are delivered as `system`
 * - an `error` event is fatal, delivered as `system`; `details.reason` is its type, such as `overloaded_error`
 * - an end of the body before `message_stop` is an error, too: an answer cut short must not pass for a whole one
 * - once accepted, it is not asked for again, also where it broke before its first event: it is not billed twice
 */
export class AnthropicSseHandler implements SseProtocolHandler {
  classifyEvent({ event, data }: ServerSentEvent): SseMessageKind {
    return data === "" || event === "ping" || event === "message_stop" || event === "error" ? "system" : "data";
  }

  judgeEvent({ event, data }: ServerSentEvent): SseVerdict | undefined {
    if (event === "message_stop") return "end";
    return event === "error" ? { error: nameOf(at(jsonOf(data), "error", "type")) } : undefined;
  }

  judgeEnd(): SseVerdict | undefined {
    return { error: "the server ended the answer before message_stop" };
  }

  shouldRetry(error: AnyTransportError): boolean {
    return retryUnlessAccepted(error);
  }
}
