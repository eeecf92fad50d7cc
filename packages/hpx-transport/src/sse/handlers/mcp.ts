import type { ServerSentEvent } from "sseer";
import { dropBodyHeaders } from "../../http/headers.js";
import type {
  SseAcceptance,
  SseConnectInfo,
  SseProtocolHandler,
  SseRequest,
  SseResponseHead,
} from "../protocol/handler.js";
import type { SseMessageKind } from "../protocol/event.js";
import { mediaTypesOf } from "../protocol/media-types.js";
import type { SseVerdict } from "../protocol/verdict.js";
import { at, jsonOf } from "./support.js";

const SESSION_ID = "Mcp-Session-Id";

/**
 * Streams of the Model Context Protocol, Streamable HTTP
 * (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports): the answer to a request that was POSTed,
 * or the server's own messages, asked for by GET.
 *
 * - a POST accepts `application/json, text/event-stream`; its stream ends with its JSON-RPC response. Where the server
 *   answers with the response alone, as `application/json`, it is delivered as one `message` event, and the stream ends. 202,
 *   the answer to a notification, ends it without an event
 * - a stream that broke off, or that the server closed before the response, is resumed by GET with `Last-Event-ID`, after
 *   the server's `retry`; where it never sent an id, that is fatal: a call is not made twice
 * - the session that a response names is kept and goes with the requests after it; the caller's `Mcp-Session-Id` and
 *   `MCP-Protocol-Version` headers do so anyway
 * - a priming event (an id, and no data) is delivered as `system`; events that are not `message` as `unknown`
 *
 * It remembers the session and the unanswered requests: use one handler for one connection.
 */
export class McpSseHandler implements SseProtocolHandler {
  #sessionId: string | undefined;
  /** Responses that the stream of a POST still owes; undefined for a connection that began with GET. */
  #unanswered: number | undefined;
  /** There is an id to resume after. */
  #resumable = false;

  classifyEvent({ event, data }: ServerSentEvent): SseMessageKind {
    if (data === "") return "system";
    return event === "message" ? "data" : "unknown";
  }

  prepareRequest(request: SseRequest): SseRequest {
    const headers = new Headers(request.headers);
    if (this.#sessionId !== undefined) headers.set(SESSION_ID, this.#sessionId);
    if (request.method !== "POST") return { ...request, headers };
    this.#unanswered ??= countRequests(request.body);
    this.#resumable = request.lastEventId !== "";
    if (!this.#resumable) {
      if (headers.get("Accept") === "text/event-stream") headers.set("Accept", "application/json, text/event-stream");
      return { ...request, headers };
    }
    dropBodyHeaders(headers);
    return { ...request, method: "GET", headers, body: undefined };
  }

  acceptResponse({ status, headers, method }: SseResponseHead): SseAcceptance | undefined {
    if (method !== "POST" || status < 200 || status > 299) return undefined;
    const types = mediaTypesOf(headers.get("Content-Type"));
    if (types.length === 1 && types[0]?.toLowerCase() === "application/json") return "message";
    return status === 202 && types[0]?.toLowerCase() !== "text/event-stream" ? "end" : undefined;
  }

  judgeResponse({ headers }: SseConnectInfo): SseVerdict | undefined {
    this.#sessionId = headers.get(SESSION_ID) ?? this.#sessionId;
    return undefined;
  }

  judgeEvent({ event, data, id }: ServerSentEvent): SseVerdict | undefined {
    this.#resumable = id !== "";
    if (this.#unanswered === undefined || event !== "message") return undefined;
    this.#unanswered -= countResponses(data);
    return this.#unanswered <= 0 ? "end" : undefined;
  }

  judgeEnd(): SseVerdict | undefined {
    if (this.#unanswered === undefined) return undefined;
    return { error: "the server closed before its response", retryable: true };
  }

  canResume(): boolean {
    return this.#resumable;
  }
}

/** How many responses a body asks for: one, or as many as there are requests in a batch (revision 2025-03-26). */
function countRequests(body: SseRequest["body"]): number {
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : body;
  const message = typeof text === "string" ? jsonOf(text) : undefined;
  return Array.isArray(message) ? message.filter((part) => at(part, "id") !== undefined).length : 1;
}

function countResponses(data: string): number {
  if (!data.includes('"result"') && !data.includes('"error"')) return 0;
  const message = jsonOf(data);
  return (Array.isArray(message) ? message : [message]).filter(isResponse).length;
}

function isResponse(message: unknown): boolean {
  return at(message, "result") !== undefined || at(message, "error") !== undefined;
}
