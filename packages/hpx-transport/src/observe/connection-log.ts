import type { Logger } from "./logger.js";
import type { ObservedEvent, ObservedFailure, SseObserver } from "./observer.js";

/** What a connection tells its logger. It returns what the logger did: a promise that fails must not go unheard. */
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

  /** A logger that says that it passes over `debug`, as pino can, is not told of events. It may change its mind. */
  eventListener(): ((event: ObservedEvent) => unknown) | undefined {
    if (this.#logger.isLevelEnabled?.("debug") === false) return undefined;
    return ({ event, id, size }) => this.#logger.debug({ event, id, size }, "event");
  }
}

function textOf({ code, message }: ObservedFailure): string {
  return `${code}: ${message}`;
}
