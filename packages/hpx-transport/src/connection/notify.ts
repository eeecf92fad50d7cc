import type { AnyTransportError } from "../error.js";
import type { Observers } from "../observe/observers.js";
import type { Counters } from "./counters.js";
import type { SocketState } from "./state.js";

/** An accepted response, as observers see it. */
export interface ConnectInfo {
  readonly attempt: number;
  readonly status: number;
  readonly url: URL;
}

/** The calls that every transport makes to the user's handler. They throw `HANDLER` errors only. */
export interface ConnectionHooks<Info> {
  connected(info: Info): void;
  disconnected(error: AnyTransportError | undefined): void;
  stateChanged(state: SocketState, previous: SocketState): void;
  shouldRetry(error: AnyTransportError, attempt: number): boolean;
}

/** What is notified. */
export interface Notified<Info> {
  readonly counters: Counters;
  readonly observers: Observers;
  readonly hooks: ConnectionHooks<Info>;
}

/**
 * Changes the state, and notifies counters, observers and hooks of each step, in this order. Passes their errors on, unless
 * said otherwise.
 */
export class Notifier<Info extends ConnectInfo> {
  readonly #to: Notified<Info>;
  #state: SocketState = { status: "connecting", attempt: 1 };

  constructor(to: Notified<Info>) {
    this.#to = to;
  }

  get counters(): Counters {
    return this.#to.counters;
  }

  get state(): SocketState {
    return this.#state;
  }

  /** A connection is `connecting` from its first moment; the hook is called once the caller holds the connection. */
  started(): void {
    this.#to.hooks.stateChanged(this.#state, { status: "disconnected" });
  }

  connecting(attempt: number): void {
    this.#change({ status: "connecting", attempt });
  }

  authenticating(attempt: number): void {
    this.#change({ status: "authenticating", attempt });
  }

  connected(info: Info): void {
    const { attempt, status, url } = info;
    this.counters.accept();
    this.#to.observers.connected({ attempt, status, origin: url.origin });
    this.#change({ status: "connected", attempt });
    // An observer or a hook may have closed the connection.
    if (this.#state.status !== "closed") this.#to.hooks.connected(info);
  }

  disconnected(error: AnyTransportError | undefined): void {
    try {
      this.#to.observers.disconnected(error);
    } finally {
      this.#to.hooks.disconnected(error);
    }
  }

  reconnecting(wait: { attempt: number; delay: number; error: AnyTransportError | undefined }): void {
    const { attempt, delay, error } = wait;
    const reason = error?.code ?? "requested";
    this.counters.countReason(reason);
    this.#to.observers.reconnecting({ attempt, delay, reason, error });
    this.#change({ status: "reconnecting", ...wait });
  }

  reconnectRequested(reason: string | undefined): void {
    this.#to.observers.warned("reconnect requested", { reason });
  }

  shouldRetry(error: AnyTransportError, attempt: number): boolean {
    return this.#to.hooks.shouldRetry(error, attempt);
  }

  /** `cut`: an attempt was under way. Throws nothing. */
  closed({ error, aborted, cut }: { error: unknown; aborted: boolean; cut: boolean }): void {
    if (cut) this.#notifyQuietly(() => this.disconnected(undefined));
    this.#notifyQuietly(() => this.#change({ status: "closed", error }));
    this.#notifyQuietly(() => this.#to.observers.closed({ aborted, error }));
  }

  /** The one place where the state changes. After `closed` it stays. */
  #change(next: SocketState): void {
    const previous = this.#state;
    if (previous.status === "closed") return;
    this.#state = next;
    this.#to.hooks.stateChanged(next, previous);
  }

  /** While the connection closes, an error can end nothing more: observers get it, and their own errors are ignored. */
  #notifyQuietly(notify: () => void): void {
    try {
      notify();
    } catch (error) {
      try {
        this.#to.observers.failed(error);
      } catch {}
    }
  }
}
