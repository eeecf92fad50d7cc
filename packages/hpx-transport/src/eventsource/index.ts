/**
 * The standard's `EventSource` over a connection that takes care of itself: a change of one import.
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
 * - {@link EventSource}: the class; where it differs from the standard is told there
 * - {@link EventSourceOptions}: headers, method and body, authentication, reconnects and more
 * - {@link EventSourceEventMap}, {@link EventSourceMessageEvent}, {@link EventSourceErrorEvent}: what its listeners get
 *
 * @module hpx-transport/eventsource
 */
export type { EventSourceErrorEvent } from "./error-event.js";
export type { EventSourceEventMap, EventSourceMessageEvent } from "./event-map.js";
export { EventSource } from "./event-source.js";
export type { EventSourceOptions } from "./options.js";
