import type { ServerSentEvent } from "sseer";
import type { AnyTransportError } from "../../error.js";
import type { SseProtocolHandler, SseRequest } from "../protocol/handler.js";
import type { SseMessageKind } from "../protocol/event.js";
import type { SseVerdict } from "../protocol/verdict.js";
import { ANSWER_TIMEOUT, errorInJson, errorVerdict, retryAnswer } from "./llm.js";
import { at, jsonOf, jsonOfBody, resumedBy } from "./support.js";

const LAST_CHUNK = /"type"\s*:\s*"RUN_(?:FINISHED|ERROR)"/;

/**
 * Runs of TanStack AI with delivery durability (https://tanstack.com/ai, `toServerSentEventsResponse` with `durability` and
 * `resumeServerSentEventsResponse` of the package @tanstack/ai 0.58).
 *
 * - the id of an event is an offset. A run that broke is taken up by GET at the same URL, with `offset` in the query and
 *   `Last-Event-ID`, and with the `runId` of the request if there is one. The model is not called again. The server's GET answers
 *   with `resumeServerSentEventsResponse`
 * - without ids, from a server without durability, a break is fatal
 * - a complete body whose last run is not finished is taken up in the same way, because a server may end it at any time
 * - `RUN_ERROR` is fatal, delivered as `system`; `details` has its code and message
 *
 * It remembers the run: use one handler for one connection.
 */
export class TanStackSseHandler implements SseProtocolHandler {
  /** 10 minutes: an LLM may think for long before its first byte. */
  readonly responseTimeout: number = ANSWER_TIMEOUT;
  #isGet = false;
  #lastId = "";
  #delivered = false;
  #finished = false;
  #runId: string | undefined;

  classifyEvent({ data }: ServerSentEvent): SseMessageKind {
    return data === "" || isDone(data) || errorIn(data) !== undefined ? "system" : "data";
  }

  prepareRequest(request: SseRequest): SseRequest {
    this.#isGet = request.method === "GET";
    const runId = request.headers.get("X-Run-Id") ?? at(jsonOfBody(request.body), "runId");
    if (typeof runId === "string") this.#runId = runId;
    if (this.#lastId === "") return request;
    const url = new URL(request.url);
    url.searchParams.set("offset", this.#lastId);
    if (this.#runId !== undefined) url.searchParams.set("runId", this.#runId);
    return resumedBy(request, url);
  }

  judgeEvent({ data, id }: ServerSentEvent): SseVerdict | undefined {
    if (id !== "" && id === this.#lastId && this.#delivered) return "skip";
    this.#lastId = id;
    this.#delivered = true;
    this.#finished = LAST_CHUNK.test(data) || isDone(data);
    return isDone(data) ? "end" : errorIn(data);
  }

  judgeEnd(): SseVerdict | undefined {
    if (this.#finished) return "end";
    return { error: "the server ended the run before RUN_FINISHED", retryable: this.canResume() };
  }

  canResume(): boolean {
    return this.#lastId !== "" || (this.#isGet && !this.#delivered);
  }

  shouldRetry(error: AnyTransportError): boolean {
    return this.canResume() ? error.retryable : retryAnswer(error);
  }
}

/** Older servers end with it. */
function isDone(data: string): boolean {
  return data.startsWith("[DONE]");
}

function errorIn(data: string): SseVerdict | undefined {
  if (!data.includes('"RUN_ERROR"')) return undefined;
  const json = jsonOf(data);
  return at(json, "type") === "RUN_ERROR" ? (errorInJson(json) ?? errorVerdict(json)) : undefined;
}
