import type { ServerSentEvent } from "sseer";
import type { SseProtocolHandler } from "../protocol/handler.js";
import { kindOf, type SseMessageKind } from "../protocol/event.js";

/** The handler for streams without conventions of their own: an event with data is data, an empty one is system. */
export class GenericSseHandler implements SseProtocolHandler {
  classifyEvent(event: ServerSentEvent): SseMessageKind {
    return kindOf(event);
  }
}
