import type { TransportErrorCode } from "../error.js";
import type { SseReconnectReason, SseStats } from "./stats.js";

/**
 * Watches connections, as the option `telemetry`. `hpx-transport/otel` makes one for OpenTelemetry; anything with
 * `observe()` will do.
 */
export interface SseTelemetry {
  /**
   * A connection is being opened, in the caller's turn. Returns its observer, or several, in the order in which they are
   * called; `closed` is the last call. An error is thrown to the caller as `HANDLER`.
   */
  observe(connection: ObservedConnection): SseObserver | readonly SseObserver[];
}

/** A connection, as telemetry may know it: nothing here is a header, a body or a query, and nothing changes it. */
export interface ObservedConnection {
  /** The option `name`; left out where there is none. */
  readonly name?: string;
  /** Of the requests, in upper case. */
  readonly method: string;
  /** Where it was opened to, without query and fragment. */
  readonly url: string;
  /** As `handle.stats`. */
  stats(): SseStats;
}

/**
 * Observes one connection; every method is optional. They are synchronous and should be quick: a method that throws ends
 * the connection with `HANDLER`. No secret reaches them: failures come as code and message, events without their data.
 */
export interface SseObserver {
  /**
   * An attempt begins; it is signed and sent next. Headers that are returned go with its requests, to the first origin
   * only, unless the caller set one of them.
   */
  attemptStarted?(info: ObservedAttempt): Readonly<Record<string, string>> | undefined;
  /**
   * Calls `send` and returns its result. `send` sends one request of the attempt, by a function that instrumentations of the
   * runtime may watch, such as `fetch`. An observer that reports the attempt itself can hide the request from them here. It
   * is not called for a client whose requests no instrumentation sees.
   */
  sending?<T>(send: () => T): T;
  /** A response's head came, after all redirects. */
  responded?(info: { readonly status: number }): void;
  /** The response was accepted. `origin` is where it came from. */
  connected?(info: { readonly attempt: number; readonly status: number; readonly origin: string }): void;
  /** The attempt ended, accepted or not; undefined after `close()`, `reconnect()`, an abort and a 204. */
  disconnected?(failure: ObservedFailure | undefined): void;
  /** Another attempt follows in `delay` milliseconds. `failure` is the error that led to it; undefined after `reconnect()`. */
  reconnecting?(info: {
    readonly attempt: number;
    readonly delay: number;
    readonly reason: SseReconnectReason;
    readonly failure: ObservedFailure | undefined;
  }): void;
  /** The connection is over. `failure` is the error that ended it, if anything went wrong. */
  closed?(info: { readonly aborted: boolean; readonly failure: ObservedFailure | undefined }): void;
  /** A warning: the connection goes on. */
  warned?(message: string, fields: object): void;
  /** Something failed while the connection was closing, and can end nothing more. */
  failed?(failure: ObservedFailure): void;
  /**
   * Returns the listener for the events of the read that begins. Called once a read, not once an event, so that a
   * connection without a listener pays nothing for its events.
   */
  eventListener?(): ((event: ObservedEvent) => void) | undefined;
}

/** An attempt and its request: a handler may resume with another request than the first one. */
export interface ObservedAttempt {
  /** Counts those in a row that delivered nothing, from 1. */
  readonly attempt: number;
  /** Of the request, in upper case. */
  readonly method: string;
  /** Without query and fragment. */
  readonly url: string;
}

/** An error without its secrets: no cause, no details, and no message that quotes received text. */
export interface ObservedFailure {
  /** The error's code; `UNKNOWN` for an error that is not the transport's. */
  readonly code: TransportErrorCode | "UNKNOWN";
  /** The message, without any received text. */
  readonly message: string;
  /** Of the response that was refused. */
  readonly status?: number;
  /** How long that response asked to wait, in milliseconds. */
  readonly retryAfter?: number;
}

/** An event without its data. */
export interface ObservedEvent {
  /** Its type. */
  readonly event: string;
  /** The last event ID as of this event. */
  readonly id: string;
  /** The length of its data: bytes, where it is ASCII. */
  readonly size: number;
}
