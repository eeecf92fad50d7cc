import { TransportError } from "../../error.js";
import type { HttpBody, HttpResponse } from "../../http/client.js";
import { parseRetryAfter } from "./retry-after.js";

/** How much of a refusal's body is kept, in bytes, and how long it is waited for, in milliseconds. */
const REFUSAL_BODY = { size: 1024, wait: 1000 };

/**
 * Whether a response is the stream that was asked for (WHATWG HTML, 9.2.3): 200 with `text/event-stream`, or 204,
 * which says that there is nothing to stream.
 *
 * @throws {TransportError} `SSE_INVALID_STATUS` or `SSE_INVALID_CONTENT_TYPE`
 */
export async function accept(response: HttpResponse, signal: AbortSignal): Promise<"stream" | "no-content"> {
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

/** Several headers make a list. Where its types differ nobody knows what the body is. */
function isEventStream(contentType: string): boolean {
  const withoutQuoted = contentType.replaceAll(/"(?:[^"\\]|\\.)*"/g, "");
  return withoutQuoted.split(",").every((type) => {
    const essence = type.split(";", 1)[0]?.trim().toLowerCase();
    return essence === "text/event-stream";
  });
}

/** The first bytes of a body as text: as many as came in time. */
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
