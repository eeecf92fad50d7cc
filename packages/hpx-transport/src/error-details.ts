import type { AnyTransportError } from "./error.js";

/** What each code's error tells beside its message. No secret is ever among it. */
export interface TransportErrorDetails {
  /** An option that cannot be used. */
  CONFIG: {
    /** The option's name. */
    readonly field: string;
  };
  /** The authentication could not sign the request. */
  AUTH: Readonly<Record<string, never>>;
  /** No response: refused, reset, DNS or TLS failure. */
  CONNECT: {
    /** Where the request went. */
    readonly origin: string;
    /** Whether the request may have reached the server, and acted there. */
    readonly requestSent: boolean;
  };
  /** A deadline passed before the response's headers. */
  TIMEOUT: {
    /** Whether it was `connectTimeout` or `responseTimeout`. */
    readonly phase: "connect" | "response";
    /** In milliseconds. */
    readonly limit: number;
  };
  /** The connection was silent for too long. */
  IDLE_TIMEOUT: {
    /** `idleTimeout`, in milliseconds. */
    readonly limit: number;
  };
  /** A redirect that cannot be followed. */
  REDIRECT: {
    /** The URL that answered with it, without query and fragment. */
    readonly from: string;
  };
  /**
   * A status that is not a stream. `headers` and `body` are not enumerable: a server may echo a secret, so neither is
   * printed with the error.
   */
  SSE_INVALID_STATUS: {
    /** The response's status. */
    readonly status: number;
    /** The response's headers. */
    readonly headers: Headers;
    /** The first KiB of the response's body, as text. */
    readonly body: string;
    /** What its `Retry-After` asks for, in milliseconds; `undefined` where it asks for nothing. */
    readonly retryAfter: number | undefined;
  };
  /** A content type other than `text/event-stream`. */
  SSE_INVALID_CONTENT_TYPE: {
    /** The one that was sent; `null` when there was none. */
    readonly contentType: string | null;
  };
  /** Data that `json()` could not read. */
  SSE_PARSE: {
    /** The event that it is the data of. */
    readonly event: unknown;
    /** Where in it, keys and indices from the top: empty for the data itself, or where it is no JSON at all. */
    readonly path: readonly PropertyKey[];
  };
  /** A line or event that is too large. */
  SSE_EVENT_TOO_LARGE: {
    /** `maxEventSize`, in bytes. */
    readonly limit: number;
  };
  /** The stream ended. */
  SSE_STREAM_ENDED: {
    /** Whether the server completed the body: the connection did not break. */
    readonly clean: boolean;
    /** The name of the error that the protocol handler found in the stream, where it did. */
    readonly reason?: string;
  };
  /** The allowed reconnects in a row are used up; the last error is the cause. */
  MAX_RECONNECT_ATTEMPTS: {
    /** How many reconnects in a row failed. */
    readonly attempts: number;
  };
  /** The consumer fell behind while `overflow` was `"error"`. */
  OVERFLOW: {
    /** How many events were unread. */
    readonly events: number;
  };
  /** A hook of the protocol handler, or another function given by the user, threw; what it threw is the cause. */
  HANDLER: {
    /** The function's name. */
    readonly hook: string;
    /** What it was being told of, where that was an error: what really happened to the connection. */
    readonly error?: AnyTransportError;
  };
}

/** The codes of {@link TransportError}. */
export type TransportErrorCode = keyof TransportErrorDetails;
