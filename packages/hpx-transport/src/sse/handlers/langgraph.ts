import type { ServerSentEvent } from "sseer";
import { nameOf } from "../../checks/names.js";
import type { AnyTransportError } from "../../error.js";
import type { SseConnectInfo, SseProtocolHandler, SseRequest } from "../protocol/handler.js";
import type { SseMessageKind } from "../protocol/event.js";
import type { SseVerdict } from "../protocol/verdict.js";
import { ANSWER_TIMEOUT, retryAnswer } from "./llm.js";
import { at, jsonOf, jsonOfBody, resumedBy } from "./support.js";

/** The end of the path of a POST that starts a run and streams it; what is before it is the base of the API. */
const START = /\/(?:threads\/[^/]+\/)?runs\/stream\/?$/;
/** The id before the first event of a run that can be taken up. */
const BEGINNING = "-1";

/**
 * Runs of a LangGraph server (https://docs.langchain.com/langsmith/streaming, "Join and resume"; the packages
 * @langchain/langgraph-sdk 1.15 and @langchain/langgraph-api 1.5).
 *
 * - a run that was started by POST and broke is taken up by GET at the response's `Location`, or at `/stream` below its
 *   `Content-Location`, with `Last-Event-ID`. The run goes on meanwhile, and is not started twice
 * - that needs events with ids, which a run has if the request says `stream_resumable: true`; without them a break is fatal
 * - so is a run that was joined by GET
 * - an `error` event is fatal, delivered as `system`; `details` has its name. `end`, which some servers send, ends the loop, and
 *   so does a complete body
 *
 * It remembers the run: use one handler for one connection.
 */
export class LangGraphSseHandler implements SseProtocolHandler {
  /** 10 minutes: a run may think for long before its first byte. */
  readonly responseTimeout: number = ANSWER_TIMEOUT;
  #isGet = false;
  /** The request asked for a run that can be taken up. */
  #resumable = false;
  /** Where the run is joined: a path, or a URL. */
  #location: string | undefined;
  #lastId = "";
  #delivered = false;

  classifyEvent({ event, data }: ServerSentEvent): SseMessageKind {
    return data === "" || event === "error" || event === "end" ? "system" : "data";
  }

  prepareRequest(request: SseRequest): SseRequest {
    this.#isGet = request.method === "GET";
    this.#resumable ||= at(jsonOfBody(request.body), "stream_resumable") === true;
    if (this.#isGet || !this.canResume()) return request;
    const resumed = resumedBy(request, joinUrl(request.url, this.#location ?? ""));
    if (this.#lastId === "") resumed.headers.set("Last-Event-ID", BEGINNING);
    return resumed;
  }

  judgeResponse({ headers }: SseConnectInfo): SseVerdict | undefined {
    const run = headers.get("Content-Location");
    this.#location ??= headers.get("Location") ?? (run === null ? undefined : `${run.replace(/\/$/, "")}/stream`);
    return undefined;
  }

  judgeEvent({ event, data, id }: ServerSentEvent): SseVerdict | undefined {
    this.#delivered = true;
    this.#lastId = id;
    if (event === "end") return "end";
    return event === "error" ? errorOf(jsonOf(data)) : undefined;
  }

  judgeEnd(): SseVerdict | undefined {
    return "end";
  }

  canResume(): boolean {
    // What came without an id would come again, or not at all.
    const isPlaced = this.#lastId !== "" || (this.#resumable && !this.#delivered);
    return this.#isGet ? this.#lastId !== "" || !this.#delivered : isPlaced && this.#location !== undefined;
  }

  shouldRetry(error: AnyTransportError): boolean {
    return this.canResume() ? error.retryable : retryAnswer(error);
  }
}

/** The paths in the headers begin at the base of the API, which may be below the origin. */
function joinUrl(start: URL, location: string): URL {
  const base = start.pathname.replace(START, "");
  const isBelow = !location.startsWith("/") || base === "" || location.startsWith(`${base}/`);
  return new URL(isBelow ? location : base + location, start);
}

/** The server sends `{ error: "ValueError", message: "..." }`, with the error's name. */
function errorOf(json: unknown): SseVerdict {
  const message = at(json, "message");
  return { error: nameOf(at(json, "error")), message: typeof message === "string" ? message : undefined };
}
