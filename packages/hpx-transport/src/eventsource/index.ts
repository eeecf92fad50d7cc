/**
 * The standard's `EventSource`, over a connection of this package: change one import.
 *
 * ```text
 *   new EventSource(url, options) ──> SseConnection ──event──> dispatchEvent ──> your listeners
 *                                          └── connected, reconnecting, closed ──> open, error; readyState
 * ```
 *
 * @example
 * import { EventSource } from "hpx-transport/eventsource";
 *
 * const source = new EventSource("https://example.com/stream", { headers: { "X-Api-Key": "k" } });
 * source.onmessage = ({ data, lastEventId }) => console.log(lastEventId, data);
 *
 * @remarks
 * - {@link EventSource}: the class; its documentation lists the differences from the standard
 * - {@link EventSourceOptions}: headers, method and body, authentication, reconnects and more
 * - {@link EventSourceEventMap}, {@link EventSourceMessageEvent}, {@link EventSourceErrorEvent}: the events that its listeners get
 *
 * @module hpx-transport/eventsource
 */
export { EventSource } from "./event-source.js";
export type { EventSourceErrorEvent, EventSourceEventMap, EventSourceMessageEvent } from "./events.js";
export type { EventSourceOptions } from "./options.js";
