import type { ServerSentEvent } from "sseer";
import type { AnyTransportError } from "../../error.js";
import type { SseRequest } from "../protocol/handler.js";
import type { SseVerdict } from "../protocol/verdict.js";
import { CUT_SHORT, OpenAiSseHandler } from "./openai.js";
import { at, jsonOf, jsonOfBody, resumedBy } from "./support.js";

/** A number that is the value of this key somewhere in JSON: within text, the quotes would be escaped. */
const SEQUENCE_NUMBER = /"sequence_number"\s*:\s*(\d+)/g;
/** The first events of an answer name it. */
const NAMES_RESPONSE = /^response\.(?:created|queued|in_progress)$/;

/**
 * OpenAI's Responses API in background mode, whose answer can be taken up again
 * (https://platform.openai.com/docs/guides/background, "Streaming a background response"; the parameters of `retrieve` in the
 * package openai 6.49). It is everything that {@link OpenAiSseHandler} is, and:
 *
 * - where the request says `background: true`, an answer that broke is taken up by GET of the response with `stream=true` and
 *   `starting_after`, the last `sequence_number`. The model goes on meanwhile, and the answer costs nothing more
 * - so is an answer that was asked for by GET from the beginning, as `responses.retrieve` does with `stream`
 * - an event whose `sequence_number` came already is not delivered again
 * - an answer that is not in the background cannot be taken up: a break is fatal, as with {@link OpenAiSseHandler}
 *
 * It remembers the response and its place: use one handler for one connection.
 */
export class OpenAiResponsesSseHandler extends OpenAiSseHandler {
  #background = false;
  #responseId: string | undefined;
  /** The last `sequence_number`; -1 before the first. */
  #sequence = -1;
  #isGet = false;

  override prepareRequest(request: SseRequest): SseRequest {
    const prepared = super.prepareRequest(request);
    this.#isGet = request.method === "GET";
    this.#background ||= at(jsonOfBody(request.body), "background") === true;
    if (this.#sequence < 0 || !this.canResume()) return prepared;
    const url = new URL(request.url);
    if (!this.#isGet) url.pathname = `${url.pathname.replace(/\/$/, "")}/${encodeURIComponent(this.#responseId ?? "")}`;
    url.searchParams.set("stream", "true");
    url.searchParams.set("starting_after", String(this.#sequence));
    return resumedBy(request, url);
  }

  override judgeEvent(event: ServerSentEvent): SseVerdict | undefined {
    if (this.#responseId === undefined) this.#findResponse(event);
    const sequence = sequenceOf(event.data);
    if (sequence !== undefined) {
      if (sequence <= this.#sequence) return "skip";
      this.#sequence = sequence;
    }
    return super.judgeEvent(event);
  }

  override judgeEnd(rest?: ServerSentEvent): SseVerdict | undefined {
    const verdict = super.judgeEnd(rest);
    const isCut = typeof verdict === "object" && "error" in verdict && verdict.error === CUT_SHORT;
    return isCut && this.canResume() ? { ...verdict, retryable: true } : verdict;
  }

  /** The response has a name and a place, and is made in the background. */
  canResume(): boolean {
    return this.#isGet || (this.#background && this.#responseId !== undefined && this.#sequence >= 0);
  }

  override shouldRetry(error: AnyTransportError): boolean {
    return this.canResume() ? error.retryable : super.shouldRetry(error);
  }

  #findResponse({ event, data }: ServerSentEvent): void {
    if (!NAMES_RESPONSE.test(event) && !data.includes('"response.')) return;
    const json = jsonOf(data);
    const type = at(json, "type");
    const id = at(json, "response", "id");
    if (typeof type === "string" && NAMES_RESPONSE.test(type) && typeof id === "string" && id !== "")
      this.#responseId = id;
  }
}

/** Most events have the key once, so they are not parsed here. */
function sequenceOf(data: string): number | undefined {
  const found = [...data.matchAll(SEQUENCE_NUMBER)];
  if (found.length === 1) return Number(found[0]?.[1]);
  const sequence = found.length === 0 ? undefined : at(jsonOf(data), "sequence_number");
  return typeof sequence === "number" ? sequence : undefined;
}
