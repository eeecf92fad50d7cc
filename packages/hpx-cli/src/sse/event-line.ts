import type { SseEvent } from "hpx-transport/sse";
import { escapeControlChars, jsonText } from "../text.js";

/** What a JSON line holds beside the event. */
export interface LineOptions {
  /** Adds `json`: the data as JSON, where it is JSON. */
  readonly parse?: boolean;
  /** Adds `time`: when the event was read. */
  readonly time?: boolean;
  /** Adds `kind`: what the event means to the protocol. */
  readonly kind?: boolean;
}

/**
 * An event as a line of JSON. `data` is always a string, exactly as it was sent: a program that reads the lines finds
 * the same types in each of them.
 */
export function eventLine(event: SseEvent, { parse, time, kind }: LineOptions = {}): string {
  const line = JSON.stringify({
    event: event.event,
    data: event.data,
    id: event.id,
    ...(event.retry !== undefined && { retry: event.retry }),
    ...(kind && { kind: event.kind }),
    ...(time && { time: new Date().toISOString() }),
  });
  const json = parse ? jsonText(event.data) : undefined;
  return escapeControlChars(json === undefined ? line : `${line.slice(0, -1)},"json":${json}}`);
}
