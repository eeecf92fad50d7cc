import type { ServerSentEvent } from "sseer";
import type { AnyTransportError } from "../../error.js";
import type { SseProtocolHandler } from "../protocol/handler.js";
import type { SseMessageKind } from "../protocol/event.js";
import type { SseVerdict } from "../protocol/verdict.js";
import { at, jsonOf, nameOf, retryUnlessAccepted } from "./support.js";

/** How a streamed response may end (https://platform.openai.com/docs/api-reference/responses-streaming). */
const LAST_EVENT = /"type"\s*:\s*"response\.(?:completed|incomplete|failed)"/;

/**
 * The streams of the OpenAI API, and of the many services that copy it: an answer, asked for once by POST.
 *
 * - `[DONE]` ends a chat completion, and `response.completed` or `response.incomplete` a response. `[DONE]` is delivered
 *   as `system`, the others as `data`: they carry the whole answer
 * - an error in the stream (`error` in the payload, an `error` event, `response.failed`) is fatal, delivered as `system`;
 *   `details.reason` is its code or type
 * - an end of the body before any of these is an error, too: an answer cut short must not pass for a whole one. For a
 *   server that sends no `[DONE]`, override `judgeEnd`
 * - once accepted, it is not asked for again, also where it broke before its first event: it is not billed twice
 */
export class OpenAiSseHandler implements SseProtocolHandler {
  classifyEvent(event: ServerSentEvent): SseMessageKind {
    return event.data === "" || isDone(event) || errorIn(event) !== undefined ? "system" : "data";
  }

  judgeEvent(event: ServerSentEvent): SseVerdict | undefined {
    if (isDone(event)) return "end";
    const error = errorIn(event);
    if (error !== undefined) return { error };
    return lastEventType(event) === undefined ? undefined : "end";
  }

  judgeEnd(): SseVerdict | undefined {
    return { error: "the server ended the answer before [DONE]" };
  }

  shouldRetry(error: AnyTransportError): boolean {
    return retryUnlessAccepted(error);
  }
}

function isDone({ data }: ServerSentEvent): boolean {
  return data.startsWith("[DONE]");
}

function errorIn(event: ServerSentEvent): string | undefined {
  // Most events are parsed by the consumer. Parsing them here as well would double the cost.
  const suspect = event.event === "error" || event.data.includes('"error"');
  if (!suspect) return undefined;
  const json = jsonOf(event.data);
  const error = at(json, "error");
  if (event.event === "error" || at(json, "type") === "error") {
    return nameOf(at(json, "code"), at(error, "code"), at(error, "type"));
  }
  if (lastEventType(event) === "response.failed") return nameOf(at(json, "response", "error", "code"));
  if (error === undefined || error === null || error === false) return undefined;
  return nameOf(at(error, "code"), at(error, "type"), error);
}

function lastEventType({ data }: ServerSentEvent): unknown {
  if (!LAST_EVENT.test(data)) return undefined;
  const type = at(jsonOf(data), "type");
  return typeof type === "string" && LAST_EVENT.test(`"type":"${type}"`) ? type : undefined;
}
