/**
 * A parser for `text/event-stream`: it takes bytes, cut anywhere, and gives events, as the WHATWG standard says. It has
 * no HTTP client and no dependencies, and runs in any runtime.
 *
 * ```text
 *   push(bytes) ──> EventParser ──> onEvent, onComment, onRetry, onUnknown, onEmpty
 *
 *   body ──> EventStream ────────> for await (const event of ...) ──┐
 *   body.pipeThrough(new EventDecoderStream()) ──> ReadableStream ──┴──> JsonStream ──> event.json
 *
 *   encodeEvent(event) ──> text for a server to send
 * ```
 *
 * @example
 * import { EventStream } from "sseer";
 *
 * const response = await fetch("https://example.com/stream", { headers: { accept: "text/event-stream" } });
 * if (response.status !== 200 || response.body === null) throw new Error(`status ${response.status}`);
 * for await (const { event, data, id } of new EventStream(response.body)) console.log(event, data, id);
 *
 * @remarks
 * - {@link EventParser}: the synchronous parser. {@link EventSink} has its callbacks, {@link CreateEvent} creates your
 *   own event object, {@link parserDefaults} holds the default limit
 * - {@link EventStream}: the events of a {@link ByteSource} for `for await`; {@link EventDecoderStream}: the same as a
 *   transform stream
 * - {@link JsonStream}: events with their data read as JSON and checked by any {@link StandardSchema}.
 *   {@link OnInvalid} selects what happens to invalid data
 * - {@link ServerSentEvent}: an event; {@link encodeEvent}: the text of an event
 * - {@link EventTooLargeError}, {@link EventJsonError}: the errors that a stream can cause
 *
 * @module sseer
 */
export type { ByteSource } from "./byte-source.js";
export { encodeEvent } from "./encode-event.js";
export type { ServerSentEvent } from "./event.js";
export { EventDecoderStream } from "./event-decoder-stream.js";
export { EventJsonError } from "./event-json-error.js";
export { EventParser, type EventParserOptions, parserDefaults } from "./parser/event-parser.js";
export type { CreateEvent, EventSink } from "./parser/event-sink.js";
export { EventStream, type EventStreamOptions } from "./event-stream.js";
export { EventTooLargeError } from "./parser/event-too-large-error.js";
export type { JsonEvent, JsonResult, OnInvalid } from "./json-event.js";
export { JsonStream, type JsonStreamOptions } from "./json-stream.js";
export type { StandardIssue, StandardResult, StandardSchema } from "./standard-schema.js";
