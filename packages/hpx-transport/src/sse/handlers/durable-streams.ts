import type { ServerSentEvent } from "sseer";
import type { SseCursor, SseProtocolHandler, SseRequest } from "../protocol/handler.js";
import type { SseMessageKind } from "../protocol/event.js";
import type { SseVerdict } from "../protocol/verdict.js";
import { Replay } from "./replay.js";
import { at, jsonOf } from "./support.js";

/**
 * The Durable Streams protocol in its live mode `sse` (https://github.com/durable-streams/durable-streams, PROTOCOL.md, 5.7 and
 * 8.1; the packages @durable-streams/client 0.2 and @durable-streams/server 0.3). The URL names a stream and says where to
 * begin: `?offset=-1&live=sse`.
 *
 * - `data` events are delivered as `data`. A `control` event, delivered as `system`, has the offset of what came before it: it
 *   becomes the id of the events from there on, and is the one to save. A reconnect puts it into the query as `offset`, in place
 *   of the one in the URL, and the server's `streamCursor` as `cursor`
 * - the server begins after the offset: data that came behind it before a break is passed over
 * - `streamClosed` ends the loop. The server completes its response about once a minute: the next one is asked for at once
 * - other events are delivered as `unknown`
 *
 * It remembers its place: use one handler for one connection.
 */
export class DurableStreamsSseHandler implements SseProtocolHandler {
  readonly cursor: SseCursor = {
    query: "offset",
    read: ({ event, data }) => (event === "control" ? textAt(jsonOf(data), "streamNextOffset") : undefined),
  };

  readonly #replay = new Replay();
  #offset: string | undefined;
  #streamCursor: string | undefined;
  /** No control event came in this response. */
  #isFresh = true;

  classifyEvent({ event }: ServerSentEvent): SseMessageKind {
    if (event === "control") return "system";
    return event === "data" ? "data" : "unknown";
  }

  prepareRequest(request: SseRequest): SseRequest {
    if (this.#streamCursor !== undefined) request.url.searchParams.set("cursor", this.#streamCursor);
    return request;
  }

  judgeResponse(): SseVerdict | undefined {
    this.#replay.begin();
    this.#isFresh = true;
    return undefined;
  }

  judgeEvent(event: ServerSentEvent): SseVerdict | undefined {
    if (event.event === "control") return this.#judgeControl(event);
    if (event.event !== "data") return undefined;
    const place = this.#replay.judge(event);
    if (place === "other") return { error: "the server repeats other data" };
    return place === "again" ? "skip" : undefined;
  }

  judgeEnd(): SseVerdict | undefined {
    return "reconnect";
  }

  canResume(): boolean {
    return true;
  }

  #judgeControl({ data }: ServerSentEvent): SseVerdict | undefined {
    const control = jsonOf(data);
    const offset = textAt(control, "streamNextOffset");
    if (offset === undefined) return { error: "a control event without an offset" };
    this.#streamCursor = textAt(control, "streamCursor") ?? this.#streamCursor;
    if (at(control, "streamClosed") === true) return "end";
    // After a break, the server says first where the connection stands.
    const isKnown = this.#isFresh && offset === this.#offset;
    this.#isFresh = false;
    if (isKnown) return "skip";
    this.#offset = offset;
    this.#replay.settle();
    return undefined;
  }
}

function textAt(value: unknown, key: string): string | undefined {
  const found = at(value, key);
  return typeof found === "string" && found !== "" ? found : undefined;
}
