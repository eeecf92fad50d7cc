// Compiled with Node's types and no lib.dom, never run: a server that has nothing of the DOM can use it.
import { EventSource } from "hpx-transport/eventsource";

const source = new EventSource("https://example.com/", { headers: { "X-Api-Key": "k" } });
source.onmessage = ({ data, lastEventId, origin }) => [data.length, lastEventId.length, origin.length];
source.onerror = ({ code }) => code === "CONNECT";
source.addEventListener("trade", ({ data }) => data.toUpperCase());
// @ts-expect-error: data is a string, not any
source.addEventListener("trade", ({ data }) => data.noMethodOfStrings());

// It stands where Node's own is expected, which undici's types describe.
export const constructor: typeof globalThis.EventSource = EventSource;
export const instance: globalThis.EventSource = source;
