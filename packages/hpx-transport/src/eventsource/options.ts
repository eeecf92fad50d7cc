import { showKind } from "../checks/check.js";
import { type AnyTransportError, TransportError } from "../error.js";
import type { SseOptions } from "../sse/index.js";

/**
 * What {@link EventSource} takes beside the standard's `withCredentials`: the options of a connection, but those of its
 * buffer, because events are dispatched as they arrive and none waits unread. Durations are milliseconds, sizes are
 * bytes, 0 turns a timeout off; an option that is `undefined` means its default.
 */
export interface EventSourceOptions extends Omit<SseOptions, "url" | "eventCapacity" | "bufferSize" | "overflow"> {
  /**
   * Whether a browser sends its cookies to other origins too. A `client` of your own decides by itself, and runtimes
   * other than browsers have no cookies to send.
   *
   * @defaultValue `false`
   */
  withCredentials?: boolean | undefined;
  /**
   * Whether to reconnect after `error`. `attempt` says how many attempts in a row delivered nothing; 0 when this one
   * had delivered events. Not asked where nothing may be sent again.
   *
   * @defaultValue `(error) => error.retryable`; the standard's own rule, which gives up at every response that is no
   * stream, is `(error) => error.retryable && error.code !== "SSE_INVALID_STATUS"`
   */
  shouldRetry?: ((error: AnyTransportError, attempt: number) => boolean) | undefined;
}

/** A connection's options that mean nothing here. */
const UNUSED = ["url", "eventCapacity", "bufferSize", "overflow"] as const;

/** Checks what is not left to the connection's config. @throws {TransportError} `CONFIG` */
export function checkOptions(options: EventSourceOptions): void {
  if (typeof options !== "object" || options === null) {
    throw TransportError.config("options", showKind(options), "it takes an object");
  }
  const unused = UNUSED.find((name) => Reflect.get(options, name) !== undefined);
  if (unused !== undefined) {
    throw TransportError.config(
      unused,
      "this option",
      unused === "url"
        ? "the URL is the first argument"
        : "events are dispatched as they arrive, and none waits unread",
    );
  }
  const { shouldRetry } = options;
  if (shouldRetry === undefined || typeof shouldRetry === "function") return;
  throw TransportError.config("shouldRetry", showKind(shouldRetry), "it takes a function");
}
