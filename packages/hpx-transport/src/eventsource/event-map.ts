import type { EventSourceErrorEvent } from "./error-event.js";

/** An event of the stream. */
export interface EventSourceMessageEvent extends MessageEvent {
  /** The event's data, its lines joined by LF. */
  readonly data: string;
  /** The origin of the URL that the stream comes from, after redirects. */
  readonly origin: string;
  /** The last event ID as of this event. */
  readonly lastEventId: string;
}

/** The events of an `EventSource` that the standard names. */
export interface EventSourceEventMap {
  /** Connected, for the first time or again. */
  open: Event;
  /** An event of the stream that has no type of its own. */
  message: EventSourceMessageEvent;
  /** The connection failed: `readyState` says whether it tries again. */
  error: EventSourceErrorEvent;
}

export type OpenHandler = (event: Event) => unknown;
export type MessageHandler = (event: EventSourceMessageEvent) => unknown;
export type ErrorHandler = (event: EventSourceErrorEvent) => unknown;
