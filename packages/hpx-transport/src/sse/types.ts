import type { ServerSentEvent } from "sseer";
import type { AnyTransportError } from "../error.js";

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
  | { readonly status: "disconnected" }
  | { readonly status: "connecting"; readonly attempt: number }
  | { readonly status: "connected"; readonly attempt: number }
  | {
      readonly status: "reconnecting";
      readonly attempt: number;
      readonly delay: number;
      readonly error: AnyTransportError | undefined;
    }
  | { readonly status: "closed"; readonly error: unknown };
