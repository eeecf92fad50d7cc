import { guard } from "../guard.js";
import type { Logger } from "./logger.js";

/**
 * What a connection tells its logger. Made only when there is one, so that silence costs nothing. A logger that throws
 * is `HANDLER`, as a hook is.
 */
export class ConnectionLog {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
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

  warning(fields: object, message: string): void {
    this.#tell("warn", fields, message);
  }

  closed(error: unknown): void {
    if (error === undefined) this.#tell("info", {}, "closed");
    else this.#tell("error", { error: describe(error) }, "closed");
  }

  failed(error: unknown): void {
    this.#tell("error", { error: describe(error) }, "error while closing");
  }

  #tell(level: keyof Logger, fields: object, message: string): void {
    guard("logger", () => this.#logger[level](fields, message));
  }
}

/** Code and message only: a cause may hold what was sent. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return "code" in error ? `${String(error.code)}: ${error.message}` : `${error.name}: ${error.message}`;
}
