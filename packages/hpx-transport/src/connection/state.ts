import type { Hooks } from "../sse/protocol/hooks.js";
import type { SseConnectionState } from "../sse/protocol/event.js";

/** The state of a connection, and the one place where it changes. */
export class Lifecycle {
  readonly #hooks: Hooks;
  #state: SseConnectionState = { status: "connecting", attempt: 1 };

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  get state(): SseConnectionState {
    return this.#state;
  }

  /** Whether the connection is over; nothing changes after that. */
  get closed(): boolean {
    return this.#state.status === "closed";
  }

  /** A connection is connecting from its first moment; the hook hears of it when the caller holds the connection. */
  announceStart(): void {
    this.#hooks.stateChanged(this.#state, { status: "disconnected" });
  }

  /** @throws {TransportError} `HANDLER` when the hook throws; the state has changed all the same. */
  change(next: SseConnectionState): void {
    if (this.closed) return;
    const previous = this.#state;
    this.#state = next;
    this.#hooks.stateChanged(next, previous);
  }
}
