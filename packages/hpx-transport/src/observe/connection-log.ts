import { TransportError } from "../error.js";
import { guard } from "../guard.js";
import type { Logger } from "./logger.js";

/**
 * What a connection tells its logger. Made only when there is one, so that silence costs nothing. A logger that throws
 * is `HANDLER`, as a hook is.
 */
export class ConnectionLog {
  readonly #logger: Logger;
  readonly #onRejection: (error: TransportError<"HANDLER">) => void;

  /** `onRejection` gets the error of a logger that was asynchronous and failed. */
  constructor(logger: Logger, onRejection: (error: TransportError<"HANDLER">) => void) {
    this.#logger = logger;
    this.#onRejection = onRejection;
  }

  connected(fields: { status: number; origin: string; attempt: number }): void {
    this.#tell("info", fields, "connected");
  }

  reconnecting(fields: { attempt: number; delay: number; reason: string }): void {
    this.#tell("warn", fields, "reconnecting");
  }

  event(event: { event: string; id: string; data: string }): void {
    this.#tell("debug", { event: event.event, id: event.id, size: event.data.length }, "event");
  }

  reconnectRequested(reason: string | undefined): void {
    this.#tell("warn", { reason }, "reconnect requested");
  }

  unsendableId(): void {
    this.#tell(
      "warn",
      {},
      "the server sent an id with control characters, which no header can carry; the last other one is kept",
    );
  }

  /** The user closed or aborted it, or the server ended it for good. */
  closed(fields: object): void {
    this.#tell("info", fields, "closed");
  }

  ended(error: unknown): void {
    this.#tell("error", { error: describe(error) }, "closed");
  }

  failed(error: unknown): void {
    this.#tell("error", { error: describe(error) }, "error while closing");
  }

  #tell(level: keyof Logger, fields: object, message: string): void {
    guard("logger", () => this.#logger[level](fields, message), this.#onRejection);
  }
}

/** Code and message only: a cause may hold what was sent. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return `${TransportError.is(error) ? error.code : error.name}: ${error.message}`;
}
