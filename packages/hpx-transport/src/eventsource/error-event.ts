import type { AnyTransportError, TransportErrorCode } from "../error.js";

/**
 * The `error` event. The standard's tells nothing; this one says what happened, where anything went wrong: after a 204
 * response, which asks not to come again, there is no error.
 */
export interface EventSourceErrorEvent extends Event {
  /** What ended the connection, or the attempt. */
  readonly error?: AnyTransportError | undefined;
  /** Its code, such as `"CONNECT"` or `"SSE_INVALID_STATUS"`. */
  readonly code?: TransportErrorCode | undefined;
  /** Its message. */
  readonly message?: string | undefined;
}

/** An `error` event about `error`. */
export class TransportErrorEvent extends Event implements EventSourceErrorEvent {
  readonly error: AnyTransportError | undefined;
  readonly code: TransportErrorCode | undefined;
  readonly message: string | undefined;

  constructor(error: AnyTransportError | undefined) {
    super("error");
    this.error = error;
    this.code = error?.code;
    this.message = error?.message;
  }
}
