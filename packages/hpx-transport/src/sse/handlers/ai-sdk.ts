import type { ServerSentEvent } from "sseer";
import type { AnyTransportError } from "../../error.js";
import type { SseAcceptance, SseProtocolHandler, SseRequest, SseResponseHead } from "../protocol/handler.js";
import type { SseMessageKind } from "../protocol/event.js";
import type { SseVerdict } from "../protocol/verdict.js";
import { ANSWER_TIMEOUT, errorInJson, retryAnswer } from "./llm.js";
import { Replay } from "./replay.js";
import { at, jsonOf, jsonOfBody, resumedBy } from "./support.js";

const ERROR_PART = /"type"\s*:\s*"error"/;
const FINISH_PART = /"type"\s*:\s*"(?:finish|abort)"/;
const START_PART = /"type"\s*:\s*"start"/;

/**
 * The UI message stream of the AI SDK (https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol and
 * https://ai-sdk.dev/docs/ai-sdk-ui/chatbot-resume-streams; the packages ai 6.0, `DefaultChatTransport`, and resumable-stream 2.2).
 *
 * - an answer that was asked for by POST to `/api/chat` and broke is taken up by GET at `/api/chat/ID/stream`, where the ID is the
 *   `id` of the request, a chat's. The server begins at the start of the answer: the events that were delivered already are
 *   passed over. A server that goes on where it broke is understood, too
 * - 204 to that GET, from a server that has no such answer, is an error: an answer cut short must not pass for a whole one
 * - `[DONE]` ends the stream, delivered as `system`; so does a complete body whose last part was `finish` or `abort`
 * - an `error` part is fatal, delivered as `system`; `details` has its text
 *
 * It remembers the answer: use one handler for one connection.
 */
export class AiSdkSseHandler implements SseProtocolHandler {
  /** 10 minutes: an LLM may think for long before its first byte. */
  readonly responseTimeout: number = ANSWER_TIMEOUT;
  readonly #replay = new Replay();
  #chatId: string | undefined;
  #isGet = false;
  #accepted = false;
  #finished = false;

  classifyEvent({ data }: ServerSentEvent): SseMessageKind {
    return data === "" || isDone(data) || errorIn(data) !== undefined ? "system" : "data";
  }

  prepareRequest(request: SseRequest): SseRequest {
    this.#isGet = request.method === "GET";
    const id = at(jsonOfBody(request.body), "id");
    if (typeof id === "string" && id !== "" && id !== "." && id !== "..") this.#chatId = id;
    if (this.#isGet || !this.canResume()) return request;
    const url = new URL(request.url);
    url.pathname = `${url.pathname.replace(/\/$/, "")}/${encodeURIComponent(this.#chatId ?? "")}/stream`;
    return resumedBy(request, url);
  }

  acceptResponse({ status }: SseResponseHead): SseAcceptance | undefined {
    return status === 204 && this.#accepted ? false : undefined;
  }

  judgeResponse(): SseVerdict | undefined {
    this.#accepted = true;
    this.#replay.begin();
    return undefined;
  }

  judgeEvent(event: ServerSentEvent): SseVerdict | undefined {
    const { data } = event;
    if (isDone(data)) return "end";
    if (this.#replay.atStart && !START_PART.test(data)) this.#replay.goOn();
    const place = this.#replay.judge(event);
    if (place === "other") return { error: "the server repeats another answer" };
    if (place === "again") return "skip";
    this.#finished = FINISH_PART.test(data);
    return errorIn(data);
  }

  judgeEnd(rest?: ServerSentEvent): SseVerdict | undefined {
    if (rest !== undefined && isDone(rest.data)) return "end";
    if (rest === undefined && this.#finished) return "end";
    return { error: "the server ended the answer before [DONE]", retryable: this.canResume() };
  }

  canResume(): boolean {
    return this.#isGet || (this.#accepted && this.#chatId !== undefined);
  }

  shouldRetry(error: AnyTransportError): boolean {
    return this.canResume() ? error.retryable : retryAnswer(error);
  }
}

function isDone(data: string): boolean {
  return data.startsWith("[DONE]");
}

function errorIn(data: string): SseVerdict | undefined {
  return ERROR_PART.test(data) ? errorInJson(jsonOf(data)) : undefined;
}
