import type { ServerSentEvent } from "sseer";
import type { AnyTransportError } from "../error.js";
import type { SseConnectionState, SseMessageKind } from "./types.js";

/** The response that was accepted. */
export interface SseConnectInfo {
  readonly status: number;
  readonly headers: Headers;
  /** Where the response came from, after redirects. */
  readonly url: URL;
  /** Which attempt in a row it was, from 1; see {@link SseConnectionState}. */
  readonly attempt: number;
}

/**
 * What a protocol on top of server-sent events means by them. Hooks run as bytes are read, in wire order and ahead of
 * the consumer; they are synchronous and should be quick. A hook that throws ends the connection with `HANDLER`.
 */
export interface SseProtocolHandler {
  /** Says what an event means. The event is the one that will be delivered. */
  classifyEvent(event: ServerSentEvent): SseMessageKind;
  /** A response was accepted. */
  onConnect?(info: SseConnectInfo): void;
  /**
   * An attempt ended, accepted or not; called once for each. A clean end carries `SSE_STREAM_ENDED`; `error` is
   * undefined only after `close()`, `reconnect()`, an abort and a 204.
   */
  onDisconnect?(error?: AnyTransportError): void;
  /** A comment arrived: often a sign of life. */
  onComment?(text: string): void;
  /** The connection's state changed. */
  onStateChange?(state: SseConnectionState, previous: SseConnectionState): void;
  /**
   * Whether to reconnect after `error`. `attempt` says how many attempts in a row delivered nothing; 0 when this one
   * had delivered events. The default is `error.retryable`. Not asked about `HANDLER`, nor where nothing may be sent
   * again.
   */
  shouldRetry?(error: AnyTransportError, attempt: number): boolean;
}
