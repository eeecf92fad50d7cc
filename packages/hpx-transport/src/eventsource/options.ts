import { fn, requireObject } from "../checks/checkers.js";
import { checkNames } from "../checks/option-names.js";
import { readOptions, type Spec } from "../checks/options.js";
import { type AnyTransportError, TransportError } from "../error.js";
import { sseOptionNames } from "../sse/config/options.js";
import type { SseOptions } from "../sse/index.js";

const NOTHING_WAITS = "events are dispatched as they arrive, and none waits unread";

/**
 * Options of {@link EventSource}: the standard's `withCredentials`, `shouldRetry`, and the options of a connection without
 * those of its buffer: events are dispatched as they arrive, and none waits unread. Durations are milliseconds, sizes are
 * bytes, 0 turns a timeout off; an option that is `undefined` means its default. That of `openTimeout` is 0, as the
 * standard never gives up on a server that does not answer.
 */
export interface EventSourceOptions extends Omit<
  SseOptions,
  "url" | "handler" | "eventCapacity" | "bufferSize" | "overflow"
> {
  /**
   * Whether a browser sends its cookies to other origins too. Without effect with a `client` of your own, and outside
   * browsers, where there are no cookies.
   *
   * @defaultValue `false`
   */
  withCredentials?: boolean | undefined;
  /**
   * Whether to reconnect after `error`. `attempt` is the number of attempts in a row that delivered nothing; 0 if the
   * last one delivered events. Not called when the request must not be sent again.
   *
   * @defaultValue `(error) => error.retryable`; the standard's rule, which gives up after every response that is not a
   * stream, is `(error) => error.retryable && error.code !== "SSE_INVALID_STATUS"`
   */
  shouldRetry?: ((error: AnyTransportError, attempt: number) => boolean) | undefined;
}

/** The options of its own; those of the connection have their table in `sse/config/options.ts`. */
const OWN = {
  // As in the standard, any value is taken as a boolean.
  withCredentials: (_, value) => Boolean(value),
  shouldRetry: fn<EventSourceOptions["shouldRetry"]>(undefined),
} satisfies Spec<Omit<EventSourceOptions, keyof SseOptions>>;

/** The options of a connection that it does not take. */
const UNUSED = new Map(
  Object.entries({
    url: "the URL is the first argument",
    handler: "its events and shouldRetry take the place of hooks",
    eventCapacity: NOTHING_WAITS,
    bufferSize: NOTHING_WAITS,
    overflow: NOTHING_WAITS,
  } satisfies Record<Exclude<keyof SseOptions, keyof EventSourceOptions>, string>),
);

const NAMES = [...Object.keys(OWN), ...sseOptionNames.filter((name) => !UNUSED.has(name))];

/** The options after their checks; those of the connection, which its config checks, together. */
export interface EventSourceSettings extends Pick<EventSourceOptions, "shouldRetry"> {
  readonly withCredentials: boolean;
  readonly connection: Omit<SseOptions, "url">;
}

/** @throws {TransportError} `CONFIG`, naming the option */
export function readEventSourceOptions(options: EventSourceOptions): EventSourceSettings {
  requireObject("options", options);
  for (const [name, reason] of UNUSED) {
    if (Reflect.get(options, name) !== undefined) throw TransportError.config(name, "this option", reason);
  }
  checkNames(undefined, options, NAMES);
  const { withCredentials, shouldRetry, ...connection } = options;
  return { ...readOptions(undefined, { withCredentials, shouldRetry }, OWN), connection };
}
