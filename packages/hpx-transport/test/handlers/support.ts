import type { SseConnection, SseEvent } from "../../src/sse/index.js";

/** All events until the stream ends. */
export async function collect(connection: SseConnection): Promise<SseEvent[]> {
  const events: SseEvent[] = [];
  for await (const event of connection) events.push(event);
  return events;
}

/** Cuts a body into two chunks at every place, one after the other. */
export function* cuts(body: string, every = 1): Iterable<[string, string]> {
  for (let cut = 1; cut < body.length; cut += every) yield [body.slice(0, cut), body.slice(cut)];
}
