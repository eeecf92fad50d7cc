import { TransportError } from "../../error.js";
import type { HttpBody, HttpResponse } from "../../http/client.js";

/** Bytes that are kept of a refusal's body, and milliseconds that they are waited for. */
const REFUSAL_BODY = { size: 1024, wait: 1000 };

/**
 * Checks that a response is an event stream (WHATWG HTML, 9.2.3): 200 with `text/event-stream`. 204 means that there is
 * nothing to stream.
 *
 * @throws {TransportError} `SSE_INVALID_STATUS` or `SSE_INVALID_CONTENT_TYPE`
 */
export async function checkResponse(response: HttpResponse, signal: AbortSignal): Promise<"stream" | "no-content"> {
  const { status, headers, body } = response;
  if (status === 204) return "no-content";
  if (status !== 200) {
    const retryAfter = parseRetryAfter(headers.get("Retry-After"));
    const start = await readStart(body, signal);
    throw TransportError.sseInvalidStatus(status, { headers, body: start, retryAfter });
  }
  const contentType = headers.get("Content-Type");
  if (contentType === null || !isEventStream(contentType)) throw TransportError.sseInvalidContentType(contentType);
  return "stream";
}

/** Several headers make a list. Where its types differ, the type of the body is unknown. */
function isEventStream(contentType: string): boolean {
  const withoutQuoted = contentType.replaceAll(/"(?:[^"\\]|\\.)*"/g, "");
  return withoutQuoted.split(",").every((type) => {
    const essence = type.split(";", 1)[0]?.trim().toLowerCase();
    return essence === "text/event-stream";
  });
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

/**
 * `Retry-After` (RFC 9110, section 10.2.3) in milliseconds from `now`: seconds, or a date, of which a past one is 0.
 * Undefined where it is missing or cannot be read.
 */
export function parseRetryAfter(value: string | null, now: number = Date.now()): number | undefined {
  if (value === null) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // A date begins with the name of a day; Date.parse alone would also read "-5". Every HTTP date is in GMT, also the form
  // without a zone ("Sun Nov  6 08:49:37 1994").
  const date = /^[A-Za-z]{3}/.test(text) ? Date.parse(text.endsWith("GMT") ? text : `${text} GMT`) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
