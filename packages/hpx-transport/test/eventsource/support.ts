import { onTestFinished } from "vitest";
import { EventSource, type EventSourceErrorEvent, type EventSourceOptions } from "../../src/eventsource/index.js";

/** An event source that is closed when the test is over. */
export function open(url: string | URL, options?: EventSourceOptions): EventSource {
  const source = new EventSource(url, options);
  onTestFinished(() => source.close());
  return source;
}

/** What an event source dispatches, a line an event: `open 1`, `message a 1`, `error 0 CONNECT`; the number is the state. */
export function record(source: EventSource, ...types: string[]): string[] {
  const lines: string[] = [];
  source.addEventListener("open", () => lines.push(`open ${source.readyState}`));
  source.addEventListener("error", ({ code }) => lines.push(`error ${source.readyState} ${code}`));
  for (const type of ["message", ...types]) {
    source.addEventListener(type, (event: MessageEvent<string>) => {
      lines.push(`${type} ${event.data} ${source.readyState}`);
    });
  }
  return lines;
}

/** The next event of `type`. */
export function next(source: EventSource, type: "error"): Promise<EventSourceErrorEvent>;
export function next(source: EventSource, type: string): Promise<MessageEvent<string>>;
export function next(source: EventSource, type: string): Promise<Event> {
  return new Promise((resolve) => source.addEventListener(type, resolve, { once: true }));
}

/** The first `error` event that says that it is over. */
export async function failure(source: EventSource): Promise<EventSourceErrorEvent> {
  for (;;) {
    const event = await next(source, "error");
    if (source.readyState === source.CLOSED) return event;
  }
}
