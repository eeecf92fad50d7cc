import type { ServerSentEvent } from "sseer";

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
