import type { SseConnectionState, SseEvent } from "hpx-transport/sse";

/** An event, and what of it a person follows. */
export interface Sighting {
  readonly event: SseEvent;
  /** Which line of the screen it belongs to. */
  readonly row: string;
  /** What that line shows. */
  readonly value: string;
  /** In milliseconds, where the server says when it sent the event. */
  readonly latency?: number;
}

/** Shows a stream while it runs. */
export interface View {
  /** Shows an event; resolves when the next one may come. */
  show(sighting: Sighting): void | Promise<void>;
  stateChanged(state: SseConnectionState): void;
  /** Ends what is shown in place; whatever is printed next comes below it. */
  close(): void;
}

/** What is to be said when a run is over. */
export interface Report {
  /** The last line on standard output. */
  readonly line: string;
  /** What went wrong, for standard error. */
  readonly failures: readonly string[];
  readonly exitCode: 0 | 1;
}
