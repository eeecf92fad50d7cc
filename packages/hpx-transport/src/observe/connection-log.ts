import type { TransportError } from "../error.js";
import type { Logger } from "./logger.js";

/** What a connection tells its logger. Made only when there is one, so that silence costs nothing. */
export class ConnectionLog {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  connected(fields: { status: number; origin: string; attempt: number }): void {
    this.#logger.info(fields, "connected");
  }

  reconnecting(fields: { attempt: number; delay: number; reason: string }): void {
    this.#logger.warn(fields, "reconnecting");
  }

  event(event: { event: string; id: string; data: string }): void {
    this.#logger.debug({ event: event.event, id: event.id, size: event.data.length }, "event");
  }

  warning(fields: object, message: string): void {
    this.#logger.warn(fields, message);
  }

  closed(error: unknown): void {
    if (error === undefined) this.#logger.info({}, "closed");
    else this.#logger.error({ error: describe(error) }, "closed");
  }

  failed(error: TransportError): void {
    this.#logger.error({ error: describe(error) }, "error while closing");
  }
}

/** Code and message only: a cause may hold what was sent. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return "code" in error ? `${String(error.code)}: ${error.message}` : `${error.name}: ${error.message}`;
}
