import type { ServerSentEvent } from "sseer";
import type { AnyTransportError } from "../../error.js";
import type { SseBody } from "../config/options.js";
import type { ConnectionState } from "../../connection/state.js";
import type { SseEvent, SseMessageKind } from "./event.js";
import type { SseLoss, SseVerdict } from "./verdict.js";

/** The response that was accepted. */
export interface SseConnectInfo {
  /** Its status: 200. */
  readonly status: number;
  /** Its headers. */
  readonly headers: Headers;
  /** Where the response came from, after redirects. */
  readonly url: URL;
  /** Which attempt in a row it was, from 1; see {@link SseConnectionState}. */
  readonly attempt: number;
  /** What the request asked to resume after; empty where it asked for nothing. */
  readonly lastEventId: string;
}

/** A request as it will be sent, before it is signed. */
export interface SseRequest {
  /** In upper case. */
  readonly method: string;
  /** Where it goes, with the cursor where that goes into the query. */
  readonly url: URL;
  /** The caller's headers and the transport's own, `Last-Event-ID` included. */
  readonly headers: Headers;
  /** What it carries, or what makes that; `undefined` for nothing. */
  readonly body: SseBody | undefined;
  /** What it resumes after, already in its header or query; empty where there is nothing to resume. */
  readonly lastEventId: string;
}

/** Where a protocol keeps its cursor. The standard's way is the default: from the event's `id` to `Last-Event-ID`. */
export interface SseCursor {
  /** The query parameter that carries it, in place of the `Last-Event-ID` header. */
  readonly query?: string | undefined;
  /**
   * Finds it in the event; `undefined` where this event has none, and the last one stays. What it finds becomes the
   * event's `id`, so that `handle.lastEventId` is what to save.
   */
  read?(event: ServerSentEvent): string | undefined;
}

/**
 * What a protocol on top of server-sent events means by them; only `classifyEvent` is required. Hooks run as bytes are
 * read, in wire order and ahead of the consumer; they are synchronous and should be quick. One that throws ends the
 * connection with `HANDLER`.
 *
 * `judge...` hooks answer with a {@link SseVerdict}: that was the end, a planned close, an error, a loss. `on...` hooks
 * are only told.
 */
export interface SseProtocolHandler {
  /** Says what an event means. The event is the one that will be delivered. */
  classifyEvent(event: ServerSentEvent): SseMessageKind;
  /** Judges an event, which is delivered whatever the verdict: a sentinel or an error, too. */
  judgeEvent?(event: SseEvent): SseVerdict | undefined;
  /** Judges a comment. That the connection is alive needs no verdict: any byte is life. */
  judgeComment?(text: string): SseVerdict | undefined;
  /** Judges a response that was accepted, after `onConnect`. */
  judgeResponse?(info: SseConnectInfo): SseVerdict | undefined;
  /** Judges that the server completed the body, where nothing before it was judged to be the end. */
  judgeEnd?(): SseVerdict | undefined;
  /** Where the cursor comes from and where it goes. */
  readonly cursor?: SseCursor | undefined;
  /** Returns the request to send, such as another one to resume with. The given one, its `url` and `headers`, are copies. */
  prepareRequest?(request: SseRequest): SseRequest;
  /**
   * Whether to reconnect after `error`. `attempt` says how many attempts in a row delivered nothing; 0 when this one
   * had delivered events. The default is `error.retryable`. Not asked about `HANDLER`, after a planned close that
   * brought something, nor where nothing may be sent again.
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
  /** Events were lost, by a verdict of this handler's. */
  onLoss?(lost: SseLoss): void;
  /** The connection's state changed. */
  onStateChange?(state: ConnectionState, previous: ConnectionState): void;
}
