import type { ServerSentEvent } from "./event.js";
import type { EventJsonError } from "./event-json-error.js";

/**
 * Selects what happens to an event whose data is invalid: not JSON, or no match for the schema.
 *
 * - `"throw"`: the stream closes the source, and the loop throws an {@link EventJsonError}
 * - `"skip"`: the stream skips the event and counts it
 * - `"result"`: the stream delivers every event, with `ok: true` or `ok: false`
 */
export type OnInvalid = "throw" | "skip" | "result";

/** The properties that an event gets with `onInvalid: "result"`. */
export type JsonResult<T, X = EventJsonError> =
  | {
      /** The data is valid. */
      readonly ok: true;
      /** The data as the schema's output. */
      readonly json: T;
    }
  | {
      /** The data is invalid. */
      readonly ok: false;
      /** The reason. */
      readonly error: X;
    };

/** An event with its data read as JSON; `M` is the `onInvalid` option, `X` the type of the error for invalid data. */
export type JsonEvent<
  E extends ServerSentEvent,
  T,
  M extends OnInvalid = "throw",
  X = EventJsonError,
> = M extends "result"
  ? E & JsonResult<T, X>
  : E & {
      /** The data as the schema's output. */
      json: T;
    };
