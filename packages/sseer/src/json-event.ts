import type { ServerSentEvent } from "./event.js";
import type { EventJsonError } from "./event-json-error.js";

/**
 * What becomes of data that is not JSON, or does not match the schema.
 *
 * - `"throw"`: the source is closed, and the loop throws an {@link EventJsonError}
 * - `"skip"`: the event is passed over and counted
 * - `"result"`: it is handed over as every event is, with `ok` to tell them apart
 */
export type OnInvalid = "throw" | "skip" | "result";

/** What an event gets with `onInvalid: "result"`. */
export type JsonResult<T, X = EventJsonError> =
  | {
      /** The data could be read. */
      readonly ok: true;
      /** What it says, in the schema's output form. */
      readonly json: T;
    }
  | {
      /** The data could not be read. */
      readonly ok: false;
      /** Why not. */
      readonly error: X;
    };

/** An event with its data read as JSON; `M` is what becomes of invalid data, `X` the error that tells of it. */
export type JsonEvent<
  E extends ServerSentEvent,
  T,
  M extends OnInvalid = "throw",
  X = EventJsonError,
> = M extends "result"
  ? E & JsonResult<T, X>
  : E & {
      /** What the data says, in the schema's output form. */
      json: T;
    };
