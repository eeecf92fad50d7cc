import type { ServerSentEvent } from "sseer";

/**
 * The meaning of an event to its protocol, as {@link SseProtocolHandler.classifyEvent} returned it. Every kind is delivered.
 *
 * - `"data"`: the payload of the stream
 * - `"system"`: about the stream itself: greetings, heartbeats, markers
 * - `"retry"`: the server asks to come again
 * - `"unknown"`: the protocol does not define it
 */
export type SseMessageKind = "data" | "system" | "retry" | "unknown";

/** The kind of an event where the handler does not classify: one without data says something about the stream only. */
export function kindOf({ data }: ServerSentEvent): SseMessageKind {
  return data === "" ? "system" : "data";
}

/** An event of a connection: the standard's event, and its meaning to the protocol. */
export interface SseEvent extends ServerSentEvent {
  /** Its meaning to the protocol. */
  kind: SseMessageKind;
}
