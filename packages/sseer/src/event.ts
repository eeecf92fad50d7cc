/** One dispatched event of a `text/event-stream`, as the WHATWG standard defines it. */
export interface ServerSentEvent {
  /** The event type: the last `event` field of the block; `"message"` when it has none. */
  event: string;
  /** The values of the block's `data` fields, joined by line feeds. */
  data: string;
  /** The last event ID as of this event, from this block or an earlier one; empty when no block has set it. */
  id: string;
  /** The reconnection time in milliseconds; present only when this block has a valid `retry` field. */
  retry?: number;
}
