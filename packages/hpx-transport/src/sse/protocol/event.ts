import type { ServerSentEvent } from "sseer";
import type { AnyTransportError } from "../../error.js";

/**
 * What an event means to its protocol, as {@link SseProtocolHandler.classifyEvent} said. Every kind is delivered.
 *
 * - `"data"`: what the stream is for
 * - `"system"`: talk about the stream itself: greetings, heartbeats, markers
 * - `"retry"`: the server asks to come again
 * - `"unknown"`: nothing that the protocol knows
 */
export type SseMessageKind = "data" | "system" | "retry" | "unknown";

/** An event of a connection: the standard's event, and what it means to the protocol. */
export interface SseEvent extends ServerSentEvent {
  /** What it means to the protocol. */
  kind: SseMessageKind;
}

/**
 * Where a connection is in its life. `attempt` counts the attempts since the last one that delivered an event, from 1.
 *
 * - `disconnected`: not begun
 * - `connecting`: a request is under way
 * - `connected`: the response was accepted; events flow
 * - `reconnecting`: waiting `delay` milliseconds before the next attempt, because of `error` (none after `reconnect()`)
 * - `closed`: over for good; `error` is what ended it, if anything went wrong
 */
export type SseConnectionState =
  | {
      /** Not begun. */
      readonly status: "disconnected";
    }
  | {
      /** A request is under way. */
      readonly status: "connecting";
      /** Which attempt it is since the last one that delivered an event, from 1. */
      readonly attempt: number;
    }
  | {
      /** The response was accepted; events flow. */
      readonly status: "connected";
      /** Which attempt it was since the last one that delivered an event, from 1. */
      readonly attempt: number;
    }
  | {
      /** Waiting for the next attempt. */
      readonly status: "reconnecting";
      /** Which attempt comes next since the last one that delivered an event, from 1. */
      readonly attempt: number;
      /** How long the wait is, in milliseconds. */
      readonly delay: number;
      /** What ended the last attempt; `undefined` after `reconnect()`. */
      readonly error: AnyTransportError | undefined;
    }
  | {
      /** Over for good. */
      readonly status: "closed";
      /** What ended it: a `TransportError`, the signal's reason, or `undefined` where nothing went wrong. */
      readonly error: unknown;
    };
