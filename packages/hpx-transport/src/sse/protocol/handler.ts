import type { ServerSentEvent } from "sseer";
import type { AnyTransportError } from "../../error.js";
import type { SseBody } from "../config/options.js";
import type { ConnectionState } from "../../connection/state.js";
import type { SseEvent, SseMessageKind } from "./event.js";
import type { SseLoss, SseVerdict } from "./verdict.js";

/** The response that was accepted. */
export interface SseConnectInfo {
  /** Its status: 200, unless the request is no GET or the handler accepts others. */
  readonly status: number;
  /** Its headers. */
  readonly headers: Headers;
  /** Where the response came from, after redirects. */
  readonly url: URL;
  /** Which attempt in a row it was, from 1; see {@link SseConnectionState}. */
  readonly attempt: number;
  /** The id that the request asked to resume after; empty for none. */
  readonly lastEventId: string;
}

/** The head of a response, before it is accepted. */
export interface SseResponseHead {
  /** Its status. */
  readonly status: number;
  /** Its headers. */
  readonly headers: Headers;
  /** The method of the request, in upper case; the one before redirects. */
  readonly method: string;
  /** Where the response came from, after redirects. */
  readonly url: URL;
}

/**
 * A handler's answer to the head of a response.
 *
 * - `true`: it is the stream, whatever its status and content type are
 * - `false`: it is not, and the connection ends with `SSE_INVALID_CONTENT_TYPE` or `SSE_INVALID_STATUS`
 * - `"message"`: its body is one message in place of a stream. It is delivered as one event once it is complete (not over
 *   `maxEventSize`), then the loop ends
 * - `"end"`: there is nothing to stream, as with 204: the loop ends, without an error
 */
export type SseAcceptance = boolean | "message" | "end";

/** A request as it will be sent, before it is signed. */
export interface SseRequest {
  /** In upper case. */
  readonly method: string;
  /** Where it goes, with the cursor where that goes into the query. */
  readonly url: URL;
  /** The caller's headers and the transport's own, `Last-Event-ID` included. */
  readonly headers: Headers;
  /** Its body, or the function that makes one; `undefined` for none. */
  readonly body: SseBody | undefined;
  /** The id to resume after, already in its header or query; empty for none. */
  readonly lastEventId: string;
}

/** Where a protocol keeps its cursor. The standard's way is the default: from the event's `id` to `Last-Event-ID`. */
export interface SseCursor {
  /** The query parameter that carries it, in place of the `Last-Event-ID` header. */
  readonly query?: string | undefined;
  /**
   * Returns the cursor of an event; `undefined` where it has none, and the last one stays. It becomes the event's `id`, so
   * that `handle.lastEventId` is the cursor to save.
   */
  read?(event: ServerSentEvent): string | undefined;
}

/**
 * The rules of a protocol on top of server-sent events: an object with the hooks that you want, each of them optional. Hooks
 * run as bytes are read, in wire order and ahead of the consumer; they are synchronous and should be quick. A hook that
 * throws ends the connection with `HANDLER`.
 *
 * `judge...` hooks return a {@link SseVerdict}: the end, a planned close, an error, a loss. `on...` hooks return nothing.
 */
export interface SseProtocolHandler {
  /** Returns the kind of an event. The consumer gets the same object. Default: `"data"`, or `"system"` for an empty one. */
  classifyEvent?(event: ServerSentEvent): SseMessageKind;
  /** Judges an event. It is delivered whatever the verdict, also a sentinel or an error. */
  judgeEvent?(event: SseEvent): SseVerdict | undefined;
  /** Judges a comment. A heartbeat needs no verdict: every byte restarts the idle clock. */
  judgeComment?(text: string): SseVerdict | undefined;
  /**
   * Whether a response is the stream; `undefined`: the standard's rule decides. That is 200 with `text/event-stream`, and for
   * a request that is no GET any 2xx with it.
   */
  acceptResponse?(head: SseResponseHead): SseAcceptance | undefined;
  /** Judges a response that was accepted, after `onConnect`. */
  judgeResponse?(info: SseConnectInfo): SseVerdict | undefined;
  /**
   * Judges a line that the standard ignores because its field name is unknown, such as `error: ...`, or a line of JSON; also
   * the unfinished last line of a complete body.
   */
  judgeLine?(line: string): SseVerdict | undefined;
  /** Judges an event without a data line, which the standard discards, by its type. */
  judgeEmpty?(event: string): SseVerdict | undefined;
  /**
   * Judges the end of a complete body, where no earlier verdict was the end. `rest` is the last event where its blank line is
   * missing. The standard discards it; it is delivered only where the verdict is `"end"`.
   */
  judgeEnd?(rest?: ServerSentEvent): SseVerdict | undefined;
  /** The time in milliseconds that the service usually takes to answer: the default of the option `responseTimeout`. */
  readonly responseTimeout?: number | undefined;
  /**
   * The next request, as `prepareRequest` makes it, resumes and does not act a second time. Asked where the server may have
   * acted on a request of a method that is not safe, such as POST; without this hook it is not sent again.
   */
  canResume?(): boolean;
  /** Where the cursor is read from, and where it is sent. */
  readonly cursor?: SseCursor | undefined;
  /** Returns the request to send, such as another one to resume with. The given one, its `url` and `headers`, are copies. */
  prepareRequest?(request: SseRequest): SseRequest;
  /**
   * Whether to reconnect after `error`. `attempt` says how many attempts in a row delivered nothing; 0 when this one
   * had delivered events. The default is `error.retryable`. It is not called for `HANDLER`, after a planned close that
   * followed an event, or where the request must not be sent again.
   */
  shouldRetry?(error: AnyTransportError, attempt: number): boolean;

  /** A response was accepted. */
  onConnect?(info: SseConnectInfo): void;
  /**
   * An attempt ended, accepted or not; called once for each. A clean end carries `SSE_STREAM_ENDED`; `error` is
   * undefined only after `close()`, `reconnect()`, an abort, a 204 and the verdict `"end"`.
   */
  onDisconnect?(error?: AnyTransportError): void;
  /** A comment arrived: often a sign of life. */
  onComment?(text: string): void;
  /** Events were lost, by a verdict of this handler. */
  onLoss?(lost: SseLoss): void;
  /** The connection's state changed. */
  onStateChange?(state: ConnectionState, previous: ConnectionState): void;
}
