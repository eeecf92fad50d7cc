import { TransportError } from "../../error.js";
import type { HttpBody, HttpResponse } from "../../http/client.js";
import { parseRetryAfter } from "../../http/retry-after.js";
import type { SseAcceptance } from "../protocol/handler.js";
import { mediaTypesOf } from "../protocol/media-types.js";

/** Bytes that are kept of a refusal's body, and milliseconds that they are waited for. */
const REFUSAL_BODY = { size: 1024, wait: 1000 };

/** What a response is: a stream of events, one message in place of a stream, or nothing to wait for. */
export type ResponseKind = "stream" | "message" | "no-content";

/** A handler's answer to a head, and the method of its request. */
export interface ResponseAnswer {
  readonly method: string;
  readonly acceptance: SseAcceptance | undefined;
}

/**
 * What a response is by its head; `undefined`: nothing that a connection can use. `acceptance` is the handler's answer; where
 * it has none, an event stream is 200 with `text/event-stream` (WHATWG HTML, 9.2.3), to a method other than GET any 2xx with
 * it, and 204 means that there is nothing to stream.
 */
export function kindOf(
  { status, headers }: Pick<HttpResponse, "status" | "headers">,
  { method, acceptance }: ResponseAnswer,
): ResponseKind | undefined {
  if (acceptance === true) return "stream";
  if (acceptance === "message") return "message";
  if (acceptance === "end") return "no-content";
  if (acceptance === false) return undefined;
  if (status === 204) return "no-content";
  const types = mediaTypesOf(headers.get("Content-Type"));
  // Where the types of several headers differ, the type of the body is unknown.
  const isStream = types.length > 0 && types.every((type) => type.toLowerCase() === "text/event-stream");
  const fits = status === 200 || (status > 200 && status <= 299 && method !== "GET");
  return isStream && fits ? "stream" : undefined;
}

/**
 * Finds out what a response is, as {@link kindOf}.
 *
 * @throws {TransportError} `SSE_INVALID_STATUS` or `SSE_INVALID_CONTENT_TYPE`
 */
export async function checkResponse(
  { status, headers, body }: HttpResponse,
  answer: ResponseAnswer,
  signal: AbortSignal,
): Promise<ResponseKind> {
  const kind = kindOf({ status, headers }, answer);
  if (kind !== undefined) return kind;
  const start = await readStart(body, signal);
  if (status === 200) {
    const types = mediaTypesOf(headers.get("Content-Type"));
    const contentType = types.length === 0 ? null : types.join(", ");
    const message = answer.acceptance === false ? "the handler does not accept the response" : undefined;
    throw TransportError.sseInvalidContentType(contentType, { status, headers, body: start, message });
  }
  const retryAfter = parseRetryAfter(headers.get("Retry-After"));
  throw TransportError.sseInvalidStatus(status, { headers, body: start, retryAfter });
}

/** The first bytes of a body as text, as many as came in time. */
function readStart(body: HttpBody, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const decoder = new TextDecoder();
    let text = "";
    let missing = REFUSAL_BODY.size;
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      body.abort();
      resolve(text);
    };
    const timer = setTimeout(finish, REFUSAL_BODY.wait);
    signal.addEventListener("abort", finish);
    body.consume({
      onChunk(bytes) {
        if (missing === 0) return;
        const part = bytes.subarray(0, missing);
        missing -= part.length;
        text += decoder.decode(part, { stream: true });
        if (missing === 0) finish();
      },
      onEnd: finish,
      onError: finish,
    });
  });
}
