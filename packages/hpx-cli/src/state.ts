import type { SseConnectionState } from "hpx-transport/sse";
import { errorLine } from "./text.js";

/** A connection's state in words. */
export function describe(state: SseConnectionState): string {
  if (state.status !== "reconnecting") return state.status;
  const why = state.error === undefined ? "" : `: ${errorLine(state.error)}`;
  return `reconnecting in ${Math.round(state.delay)} ms${why}`;
}
