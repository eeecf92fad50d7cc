import type { SseEvent } from "../protocol/event.js";

/** The event as the parser makes it, in the shape that the consumer gets: one object from the bytes to the loop. */
export function createEvent(event: string, data: string, id: string, retry: number | undefined): SseEvent {
  return retry === undefined ? { event, data, id, kind: "data" } : { event, data, id, kind: "data", retry };
}
