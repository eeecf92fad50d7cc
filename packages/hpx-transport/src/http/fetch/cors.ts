import type { HttpRequest } from "../client.js";
import { headersToSend, restrictsOrigins } from "./runtime.js";

/** Request headers that a page may send to any origin (Fetch standard, "CORS-safelisted request-header"). */
const ALLOWED_ANYWHERE = new Set(["accept", "accept-language", "content-language"]);

/**
 * The reason why a browser's fetch failed. For a request to another origin the browser says no more than "Failed to fetch",
 * also where the server's CORS does not allow a header. So the headers that need permission are named: a connection that
 * works, and cannot resume, is one whose server does not allow `Last-Event-ID`.
 */
export function explainFailedFetch(reason: unknown, { url, headers }: Pick<HttpRequest, "url" | "headers">): unknown {
  if (!restrictsOrigins() || !(reason instanceof TypeError)) return reason;
  const { location } = globalThis as { location?: { origin?: unknown } };
  if (location === undefined || location.origin === url.origin) return reason;
  const needed = [...headersToSend(headers).keys()].filter((name) => !ALLOWED_ANYWHERE.has(name));
  if (needed.length === 0) return reason;
  const allow = `its Access-Control-Allow-Headers must have ${needed.join(", ")}`;
  const resumes = needed.includes("last-event-id") ? ", or a reconnect cannot resume" : "";
  return new TypeError(`${reason.message}; the server is of another origin: ${allow}${resumes}`);
}
