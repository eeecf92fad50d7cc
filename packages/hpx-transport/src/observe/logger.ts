import type { ObservedConnection, ObservedEvent, ObservedFailure, SseObserver } from "./observer.js";

/**
 * Receives the transport's log lines. `pino` and `console` fit as they are.
 *
 * `info` when connected and closed, `warn` for each reconnect and each thing worth a look, `debug` for each event (its
 * type, id and size; never its data), `error` for the error that ended the stream. Fields come first, then the message.
 *
 * The fields of a line are `name` (the option, if it is given), `origin` and `path` (of the URL, or where the response came
 * from), and what the line is about: for a reconnect `attempt`, `delay` (whole milliseconds), `reason` (a code), `message`,
 * and of a refusal `status` and `retryAfter` (milliseconds). A line of an event has no `origin` and no `path`.
 */
export interface Logger {
  /** Each event (its type, id and size; never its data), and other details. */
  debug(fields: object, message: string): void;
  /** Connected, and closed. */
  info(fields: object, message: string): void;
  /** Each reconnect, and each thing worth a look. */
  warn(fields: object, message: string): void;
  /** The error that ended the stream. */
  error(fields: object, message: string): void;
  /** Where a logger has this, as pino does, nothing is computed for `debug` while it says `false`. */
  isLevelEnabled?(level: string): boolean;
}

/**
 * Writes a connection's log lines: each has the connection's name, if it has one, and the origin and the path of its URL;
 * the lines of events have the name only. Its methods return the logger's answer, so that a rejected promise is noticed.
 */
export class ConnectionLog implements SseObserver {
  readonly #logger: Logger;
  readonly #name: { readonly name?: string };
  readonly #where: { readonly origin: string; readonly path: string };

  constructor(logger: Logger, { name, url }: ObservedConnection) {
    const { origin, pathname: path } = new URL(url);
    this.#logger = logger;
    this.#name = name === undefined ? {} : { name };
    this.#where = { origin, path };
  }

  /** `origin` is where the response came from, after redirects. */
  connected({ status, origin, attempt }: { status: number; origin: string; attempt: number }): unknown {
    return this.#logger.info({ ...this.#fields({ status, attempt }), origin }, "connected");
  }

  reconnecting(info: {
    attempt: number;
    delay: number;
    reason: string;
    failure: ObservedFailure | undefined;
  }): unknown {
    const { attempt, delay, reason, failure } = info;
    // The code of the failure is the reason already.
    const { code: _, ...why } = failure ?? {};
    return this.#logger.warn(this.#fields({ attempt, delay: Math.round(delay), reason, ...why }), "reconnecting");
  }

  closed({ aborted, failure }: { aborted: boolean; failure: ObservedFailure | undefined }): unknown {
    if (failure === undefined) return this.#logger.info(this.#fields(aborted ? { aborted } : {}), "closed");
    return this.#logger.error(this.#fields(errorFields(failure)), "closed");
  }

  warned(message: string, fields: object): unknown {
    return this.#logger.warn(this.#fields(fields), message);
  }

  failed(failure: ObservedFailure): unknown {
    return this.#logger.error(this.#fields(errorFields(failure)), "error while closing");
  }

  /** A logger whose `isLevelEnabled` says no to `debug` gets no events. It is asked again at every read. */
  eventListener(): ((event: ObservedEvent) => unknown) | undefined {
    if (this.#logger.isLevelEnabled?.("debug") === false) return undefined;
    return ({ event, id, size }) => this.#logger.debug({ ...this.#name, event, id, size }, "event");
  }

  #fields(about: object): object {
    return { ...this.#name, ...about, ...this.#where };
  }
}

function errorFields({ code, message, ...rest }: ObservedFailure): object {
  return { error: `${code}: ${message}`, ...rest };
}
