import { GenericSseHandler, SseConnection, type SseEvent, type SseOptions } from "hpx-transport/sse";
import { elapsed } from "./clock.js";
import type { Sighting, View } from "./view.js";

/** A connection whose every change of state is shown. */
export function openInView(options: SseOptions, view: View): SseConnection {
  const handler = Object.assign(new GenericSseHandler(), { onStateChange: view.stateChanged.bind(view) });
  return SseConnection.open(options, handler);
}

/** Shows every event until the stream is over. */
export async function consume(
  connection: SseConnection,
  view: View,
  look: (event: SseEvent) => Sighting,
): Promise<void> {
  for await (const event of connection) await view.show(look(event));
}

/** Waits until `consuming` is over, `milliseconds` have passed or `stop` is aborted; rejects as `consuming` does. */
export async function consumeFor(
  milliseconds: number | undefined,
  consuming: Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([consuming, elapsed(milliseconds, AbortSignal.any([over.signal, stop]))]);
  } finally {
    over.abort();
  }
}
