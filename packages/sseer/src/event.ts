/** One dispatched event of a `text/event-stream`, as the WHATWG standard forms it. */
export interface ServerSentEvent {
  /** The event type: the block's last `event` field, or `"message"` where it named none. */
  event: string;
  /** The values of the block's `data` fields, joined by line feeds. */
  data: string;
  /** The last event ID as of this event: set by this block or by an earlier one; empty when there was none. */
  id: string;
  /** The reconnection time in milliseconds, only if this block carried a valid `retry` field. */
  retry?: number;
}
