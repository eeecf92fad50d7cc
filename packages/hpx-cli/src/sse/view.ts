import type { SseConnectionState, SseEvent } from "hpx-transport/sse";

/** Shows a stream while it runs. */
export interface SseView {
  /** Resolves when the next events may come. */
  show(events: readonly SseEvent[]): Promise<void>;
  stateChanged(state: SseConnectionState): void;
  /** Says something beside the events: on standard error, one line. */
  note(line: string): void;
  /** The stream is over; `ending` says how, with the counts, where there is anybody to tell. */
  close(ending: string | undefined): void;
}
