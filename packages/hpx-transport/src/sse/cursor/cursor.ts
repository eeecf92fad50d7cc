import type { AnyTransportError } from "../../error.js";
import type { SseEvent } from "../protocol/event.js";
import type { SseLoss } from "../protocol/verdict.js";

/**
 * Keeps where a stream stands, for one connection at a time: `DurableCursor` of `hpx-transport/durable`, or your own.
 *
 * Its methods are called in the consumer's order: `open` before the first request, `handOver` for each event just before the
 * consumer gets it, `asked` each time the consumer asks for more, and `close` at the end. `asked` is called once `open` has
 * resolved, and `close` unless it rejected. An error that one of them throws ends the connection.
 */
export interface SseCursor {
  /**
   * Resolves with the id to resume after, or `undefined` where it knows none: then the option `lastEventId` counts. A rejection
   * with a retryable `TransportError` is tried again, as a failed attempt; any other ends the connection.
   */
  open(connection: SseCursorConnection): Promise<string | undefined>;
  /**
   * The consumer asks for the next event or batch. So it is done with all that it has. A loop that is left, or whose body
   * throws, does not ask.
   */
  asked(): void;
  /** An event is about to be handed to the consumer; `false` drops it. `before` says what happened just before it. */
  handOver(event: SseEvent, before: SseInterruption | undefined): boolean;
  /**
   * Left out by cursors that need to see each event. The events from the index `from` to before `to` come next, and nothing
   * happens before any of them. A cursor may deal with them now: `handOver` and `asked` are not called for those that the
   * connection's `tally` lets pass.
   */
  ahead?(events: readonly SseEvent[], from: number, to: number): void;
  /**
   * The connection is over. `closed` and `close()` of the connection resolve after this, so it must not wait for the consumer.
   * Events that were received before a clean end may still be handed over and asked for afterwards.
   */
  close(): Promise<void>;
}

/** What happened before an event, since the one before it. */
export interface SseInterruption {
  /** The connection was made, or made again: the server may send again what it sent before. */
  readonly connected: boolean;
  /** The server said that events are lost. */
  readonly lost: SseLoss | undefined;
  /** The event has an id of its own. Without one it has the id of an event before it, also of one before the interruption. */
  readonly hasOwnId: boolean;
}

/** Counts the events that a connection hands over, where its cursor need not be called for each. The cursor sets all of it. */
export interface SseTally {
  /** Events that were handed to the consumer. */
  handedOver: number;
  /** Events that the consumer is done with: it has asked for the next one. */
  acknowledged: number;
  /** While `handedOver` is less, the next event is handed over, and counted here, without a call. @defaultValue `0` */
  freeUntil: number;
}

/** A connection, as its cursor sees it. */
export interface SseCursorConnection {
  /** Where it goes, without query and fragment: the query may hold a secret. */
  readonly origin: string;
  /** See {@link SseCursor.ahead}. */
  readonly tally: SseTally;
  /** A request can carry this id: no control characters, no blanks at an end, at most 64 KiB. */
  canResumeAfter(id: string): boolean;
  /** Hands nothing to the consumer until `release`; the socket is paused when the buffer is full. */
  hold(): void;
  /** Undoes `hold`. */
  release(): void;
  /** Ends the connection at once: the consumer's loop throws `error`. */
  fail(error: AnyTransportError): void;
  /** Counts events that are lost, or came again, in the connection's `stats`. */
  count(found: { lost?: number; duplicates?: number }): void;
  /** Writes a warning to the connection's logger. */
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}
