import type { ServerSentEvent } from "sseer";
import type { AnyTransportError } from "../../error.js";
import type { SseProtocolHandler } from "../protocol/handler.js";
import type { SseMessageKind } from "../protocol/event.js";
import type { SseVerdict } from "../protocol/verdict.js";
import { ANSWER_TIMEOUT, errorInJson, errorVerdict, type ErrorVerdict, LineErrors, retryAnswer } from "./llm.js";
import { at, jsonOf } from "./support.js";

const SYSTEM_TYPE = /"type"\s*:\s*"(?:message_stop|ping|error)"/;

/**
 * The streams of Anthropic's Messages API (https://docs.anthropic.com/en/docs/build-with-claude/streaming): an answer,
 * asked for once by POST.
 *
 * - `message_stop` ends it, also where its blank line or its data is missing; it and `ping` are delivered as `system`.
 *   `[DONE]`, which gateways send, is the same as `message_stop`
 * - an `error` event is fatal, delivered as `system`; `details` has its `reason`, which is its type, such as
 *   `overloaded_error`, and the server's `code`, `type` and `message`. A field of the name `error`, or a line of JSON with an
 *   error, is fatal, too
 * - an end of the body before `message_stop` is an error, too: an answer cut short must not pass for a whole one
 * - once accepted, it is not asked for again, also where it broke before its first event: it is not billed twice. Nor is one
 *   that was refused with 429 because there is no credit left
 */
export class AnthropicSseHandler implements SseProtocolHandler {
  /** 10 minutes: an LLM may think for long before its first byte. */
  readonly responseTimeout: number = ANSWER_TIMEOUT;
  readonly #lines = new LineErrors();

  classifyEvent(event: ServerSentEvent): SseMessageKind {
    return event.data === "" || isDone(event) || isSystemType(typeOf(event)) ? "system" : "data";
  }

  judgeEvent(event: ServerSentEvent): SseVerdict | undefined {
    const type = typeOf(event);
    if (type === "message_stop" || isDone(event)) return "end";
    return type === "error" ? errorIn(event.data) : undefined;
  }

  judgeLine(line: string): SseVerdict | undefined {
    return this.#lines.judge(line);
  }

  judgeEmpty(event: string): SseVerdict | undefined {
    return event === "message_stop" ? "end" : undefined;
  }

  judgeEnd(rest?: ServerSentEvent): SseVerdict | undefined {
    const verdict = rest === undefined ? undefined : this.judgeEvent(rest);
    return verdict ?? { error: "the server ended the answer before message_stop" };
  }

  shouldRetry(error: AnyTransportError): boolean {
    return retryAnswer(error);
  }
}

function isDone({ data }: ServerSentEvent): boolean {
  return data.startsWith("[DONE]");
}

function isSystemType(type: string): boolean {
  return type === "message_stop" || type === "ping" || type === "error";
}

/** The type of an event. Some servers have it only in the data. */
function typeOf({ event, data }: ServerSentEvent): string {
  if (event !== "message" || !SYSTEM_TYPE.test(data)) return event;
  const type = at(jsonOf(data), "type");
  return typeof type === "string" ? type : event;
}

/** Anthropic names an error by its type. */
function errorIn(data: string): ErrorVerdict {
  const json = jsonOf(data);
  const verdict = errorInJson(json) ?? errorVerdict(json ?? data);
  return verdict.type === undefined ? verdict : { ...verdict, error: verdict.type };
}
