import type { ObservedEvent, ObservedFailure, SseObserver } from "./observer.js";

/**
 * Receives the transport's log lines. `pino` and `console` fit as they are.
 *
 * `info` when connected and closed, `warn` for each reconnect and each thing worth a look, `debug` for each event (its
 * type, id and size; never its data), `error` for the error that ended the stream. Fields come first, then the message.
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

/** Writes a connection's log lines. Its methods return the logger's answer, so that a rejected promise is noticed. */
export class ConnectionLog implements SseObserver {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  connected({ status, origin, attempt }: { status: number; origin: string; attempt: number }): unknown {
    return this.#logger.info({ status, origin, attempt }, "connected");
  }

  reconnecting({ attempt, delay, reason }: { attempt: number; delay: number; reason: string }): unknown {
    return this.#logger.warn({ attempt, delay, reason }, "reconnecting");
  }

  closed({ aborted, failure }: { aborted: boolean; failure: ObservedFailure | undefined }): unknown {
    if (failure !== undefined) return this.#logger.error({ error: textOf(failure) }, "closed");
    return this.#logger.info(aborted ? { aborted } : {}, "closed");
  }

  warned(message: string, fields: object): unknown {
    return this.#logger.warn(fields, message);
  }

  failed(failure: ObservedFailure): unknown {
    return this.#logger.error({ error: textOf(failure) }, "error while closing");
  }

  /** A logger whose `isLevelEnabled` says no to `debug` gets no events. It is asked again at every read. */
  eventListener(): ((event: ObservedEvent) => unknown) | undefined {
    if (this.#logger.isLevelEnabled?.("debug") === false) return undefined;
    return ({ event, id, size }) => this.#logger.debug({ event, id, size }, "event");
  }
}

function textOf({ code, message }: ObservedFailure): string {
  return `${code}: ${message}`;
}
