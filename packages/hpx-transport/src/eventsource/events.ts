import type { AnyTransportError, TransportErrorCode } from "../error.js";

/** An event of the stream. */
export interface EventSourceMessageEvent extends MessageEvent {
  /** The event's data, its lines joined by LF. */
  readonly data: string;
  /** The origin of the URL that the stream comes from, after redirects. */
  readonly origin: string;
  /** The last event ID as of this event. */
  readonly lastEventId: string;
}

/**
 * The `error` event. Unlike the standard's, it has the error; there is none after a 204 response, by which a server asks
 * the client not to reconnect.
 */
export interface EventSourceErrorEvent extends Event {
  /** The error that ended the connection, or the attempt. */
  readonly error?: AnyTransportError | undefined;
  /** Its code, such as `"CONNECT"` or `"SSE_INVALID_STATUS"`. */
  readonly code?: TransportErrorCode | undefined;
  /** Its message. */
  readonly message?: string | undefined;
}

/** The events of an `EventSource` that the standard names. */
export interface EventSourceEventMap {
  /** Connected, for the first time or again. */
  open: Event;
  /** An event of the stream without a type. */
  message: EventSourceMessageEvent;
  /** The connection failed; `readyState` says whether it reconnects. */
  error: EventSourceErrorEvent;
}

export type ListenerOptions = Parameters<EventTarget["addEventListener"]>[2];
export type AnyListener = Parameters<EventTarget["addEventListener"]>[1];

export type OpenHandler = (event: Event) => unknown;
export type MessageHandler = (event: EventSourceMessageEvent) => unknown;
export type ErrorHandler = (event: EventSourceErrorEvent) => unknown;

/** An `error` event about `error`. */
export class TransportErrorEvent extends Event implements EventSourceErrorEvent {
  readonly error: AnyTransportError | undefined;
  readonly code: TransportErrorCode | undefined;
  readonly message: string | undefined;

  constructor(error: AnyTransportError | undefined) {
    super("error");
    this.error = error;
    this.code = error?.code;
    this.message = error?.message;
  }
}
