// Compiled with lib.dom, never run: what a page that replaces its EventSource relies on.
import { EventSource as DropIn, type EventSourceOptions } from "hpx-transport/eventsource";

export const constructor: typeof globalThis.EventSource = DropIn;
export const takeInit = (init: EventSourceInit): EventSourceOptions => init;

/** Code written for the standard's interface. */
export function listen(source: EventSource): void {
  source.onopen = (event: Event) => event.type;
  source.onmessage = function onMessage(this: EventSource, { data, lastEventId, origin }: MessageEvent) {
    this.dispatchEvent(new MessageEvent("copy", { data, lastEventId, origin }));
  };
  source.addEventListener("trade", ({ data }: MessageEvent<string>) => data.length);
  source.addEventListener("error", { handleEvent: (event) => event.type });
  source.onerror = null;
  source.close();
}
listen(new DropIn("https://example.com/", { withCredentials: true }));

// The extras.
const source = new DropIn(new URL("https://example.com/"), { headers: { "X-Api-Key": "k" } });
source.onerror = ({ error, code, message }) => [error?.retryable, code === "CONNECT", message?.length];
source.addEventListener("error", ({ code }) => code);
source.addEventListener("trade", ({ data }) => data.toUpperCase());
// @ts-expect-error: an option that is none
export const misspelt: EventSource = new DropIn("https://example.com/", { header: {} });
