import type { SseConnectionState, SseEvent } from "hpx-transport/sse";

/** An event of the exchange, and the trade in it. */
export interface ShownTrade {
  readonly event: SseEvent;
  readonly symbol: string;
  readonly price: number;
  /** From the server's write to the consumer's loop, in milliseconds. */
  readonly latency: number;
}

/** Shows a run of the demo. */
export interface View {
  /** Shows a trade; resolves when the view is ready for the next one. */
  show(trade: ShownTrade): void | Promise<void>;
  stateChanged(state: SseConnectionState): void;
  /** Ends the display in place; later output comes below it. */
  close(): void;
}
