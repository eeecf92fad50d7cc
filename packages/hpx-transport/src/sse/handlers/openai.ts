import type { ServerSentEvent } from "sseer";
import type { AnyTransportError } from "../../error.js";
import type { SseAcceptance, SseProtocolHandler, SseRequest, SseResponseHead } from "../protocol/handler.js";
import type { SseMessageKind } from "../protocol/event.js";
import type { SseVerdict } from "../protocol/verdict.js";
import { Choices } from "./choices.js";
import { ANSWER_TIMEOUT, errorInJson, errorVerdict, type ErrorVerdict, LineErrors, retryAnswer } from "./llm.js";
import { at, jsonOf } from "./support.js";

/**
 * The events that end an answer: of the Responses and the Realtime API, and of transcriptions, speech and images
 * (https://platform.openai.com/docs/api-reference). Events that end a part, such as `response.output_text.done`, are not
 * among them.
 */
const LAST_TYPES = [
  String.raw`response\.(?:completed|incomplete|failed|cancell?ed|done)`,
  String.raw`(?:transcript|translation)\.text\.done`,
  String.raw`speech\.audio\.done`,
  String.raw`image_(?:generation|edit|variation)\.completed`,
].join("|");
const LAST_TYPE = new RegExp(`^(?:${LAST_TYPES})$`);
const LAST_EVENT = new RegExp(String.raw`"type"\s*:\s*"(?:${LAST_TYPES})"`);
/** The error of a body that is complete without the end of its answer. */
export const CUT_SHORT = "the server ended the answer before [DONE]";
/** An event of another API that ends something: the end of the answer where nothing follows it. */
const OTHER_LAST_TYPE = /^(?!response\.|thread\.|conversation\.)[\w.-]+\.(?:done|completed)$/;

/**
 * The streams of the OpenAI API, and of the many services that copy it: an answer, asked for once by POST.
 *
 * - `[DONE]` ends a chat completion, and `response.completed`, `transcript.text.done` or another last event of the API ends
 *   its answers. `[DONE]` is delivered as `system`, the others as `data`: they carry the whole answer
 * - where the server completes the body without any of these, the answer is whole if each choice has its `finish_reason`.
 *   The last event counts, too, where its blank line is missing
 * - an error in the stream is fatal: an `error` event, `error` in the payload, `response.failed`, a cancelled response, a
 *   field of the name `error`, a line of JSON. As an event it is delivered as `system`. `details` has its `reason`, which is
 *   its code or type, and the server's `code`, `type` and `message`
 * - any other end of the body is an error, too: an answer cut short must not pass for a whole one
 * - a response without a content type is taken
 * - once accepted, an answer is not asked for again, also where it broke before its first event: it is not billed twice.
 *   Nor is one that was refused with 429 because there is no credit left
 *
 * It remembers the choices of an answer: use one handler for one connection.
 */
export class OpenAiSseHandler implements SseProtocolHandler {
  /** 10 minutes: an LLM may think for long before its first byte. */
  readonly responseTimeout: number = ANSWER_TIMEOUT;
  readonly #choices = new Choices();
  readonly #lines = new LineErrors();
  #last: ServerSentEvent | undefined;

  classifyEvent(event: ServerSentEvent): SseMessageKind {
    return event.data === "" || isDone(event) || errorIn(event) !== undefined ? "system" : "data";
  }

  prepareRequest(request: SseRequest): SseRequest {
    this.#choices.ask(request.body);
    return request;
  }

  acceptResponse({ status, headers }: SseResponseHead): SseAcceptance | undefined {
    return status === 200 && !headers.has("Content-Type") ? true : undefined;
  }

  judgeResponse(): SseVerdict | undefined {
    this.#choices.begin();
    this.#last = undefined;
    return undefined;
  }

  judgeEvent(event: ServerSentEvent): SseVerdict | undefined {
    this.#last = event;
    const error = isDone(event) ? undefined : errorIn(event);
    const verdict = error ?? (isDone(event) || lastType(event) !== undefined ? "end" : undefined);
    if (verdict === undefined) this.#choices.read(event.data);
    else this.#choices.end();
    return verdict;
  }

  judgeLine(line: string): SseVerdict | undefined {
    const verdict = this.#lines.judge(line);
    if (verdict !== undefined) this.#choices.end();
    return verdict;
  }

  judgeEnd(rest?: ServerSentEvent): SseVerdict | undefined {
    const verdict = rest === undefined ? undefined : this.judgeEvent(rest);
    const whole = this.#choices.alone && isOtherEnd(this.#last);
    const finished = this.#choices.end();
    if (typeof verdict === "object") return verdict;
    // An event that was cut off in its midst is no end, and must not be delivered.
    const readable = rest === undefined || rest.data === "" || isDone(rest) || jsonOf(rest.data) !== undefined;
    if (readable && (verdict === "end" || whole || finished)) return "end";
    return { error: CUT_SHORT };
  }

  shouldRetry(error: AnyTransportError): boolean {
    return retryAnswer(error);
  }
}

function isDone({ data }: ServerSentEvent): boolean {
  return data.startsWith("[DONE]");
}

function errorIn(event: ServerSentEvent): ErrorVerdict | undefined {
  const last = lastType(event);
  // Most events are parsed by the consumer. Parsing them here as well would double the cost.
  if (last === undefined && event.event !== "error" && !event.data.includes('"error"')) return undefined;
  const json = jsonOf(event.data);
  if (last?.startsWith("response.")) return errorOfResponse(last, at(json, "response"));
  if (event.event === "error") return errorInJson(json) ?? errorVerdict(json ?? event.data);
  return errorInJson(json) ?? errorOfChoice(json);
}

/** A response may end with an error, and with a status that says so. */
function errorOfResponse(type: string, response: unknown): ErrorVerdict | undefined {
  const status = at(response, "status");
  if (type === "response.failed" || status === "failed") {
    return errorVerdict(at(response, "error") ?? at(response, "status_details", "error"));
  }
  return /cancell?ed$/.test(type) || status === "cancelled" ? { error: "cancelled" } : undefined;
}

/** A gateway's provider failed in the midst of an answer. */
function errorOfChoice(json: unknown): ErrorVerdict | undefined {
  const choices = at(json, "choices");
  if (!Array.isArray(choices)) return undefined;
  const failed: unknown = choices.find((choice) => at(choice, "finish_reason") === "error");
  return failed === undefined ? undefined : errorVerdict(at(failed, "error"));
}

/** The type of an event that ends an answer. Some servers have it only in the data. */
function lastType({ event, data }: ServerSentEvent): string | undefined {
  if (LAST_TYPE.test(event)) return event;
  if (!LAST_EVENT.test(data)) return undefined;
  const type = at(jsonOf(data), "type");
  return typeof type === "string" && LAST_TYPE.test(type) ? type : undefined;
}

function isOtherEnd(event: ServerSentEvent | undefined): boolean {
  if (event === undefined) return false;
  const type = at(jsonOf(event.data), "type") ?? event.event;
  return typeof type === "string" && OTHER_LAST_TYPE.test(type);
}
