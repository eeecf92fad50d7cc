import type { AnyTransportError } from "../error.js";
import type { Observers } from "../observe/observers.js";
import type { SseStats } from "../observe/stats.js";
import type { SseConfig } from "../sse/config/config.js";
import { Counters } from "./counters.js";
import { Hooks } from "../sse/protocol/hooks.js";
import { Lifecycle } from "./state.js";
import { observersOf, tellWhileClosing, WARNINGS } from "../observe/observe-connection.js";
import type { SseConnectInfo, SseProtocolHandler } from "../sse/protocol/handler.js";
import type { SseConnectionState } from "../sse/protocol/event.js";
import type { SseLoss } from "../sse/protocol/verdict.js";

interface AnnouncementsInit {
  readonly config: SseConfig;
  readonly handler: SseProtocolHandler;
  readonly stats: () => SseStats;
  /** Gets what one who was told threw, where there is nobody else to throw it at. */
  readonly fail: (error: AnyTransportError) => void;
}

/**
 * What happens to a connection, told to everybody: the counts, the observers, the state and the handler's hooks. What
 * these throw is thrown, unless said otherwise.
 */
export class Announcements {
  readonly hooks: Hooks;
  readonly observers: Observers;
  readonly counters: Counters = new Counters();
  readonly #lifecycle: Lifecycle;

  constructor({ config, handler, stats, fail }: AnnouncementsInit) {
    this.hooks = new Hooks(handler, fail);
    this.#lifecycle = new Lifecycle(this.hooks);
    this.observers = observersOf(config, stats, fail);
  }

  get state(): SseConnectionState {
    return this.#lifecycle.state;
  }

  started(): void {
    this.#lifecycle.announceStart();
  }

  connecting(attempt: number): void {
    this.#lifecycle.change({ status: "connecting", attempt });
  }

  connected(info: SseConnectInfo): void {
    const { attempt, status, url } = info;
    this.counters.accept();
    this.observers.connected({ attempt, status, origin: url.origin });
    this.#lifecycle.change({ status: "connected", attempt });
    // One of those who were told may have closed it.
    if (!this.#lifecycle.closed) this.hooks.connected(info);
  }

  disconnected(error: AnyTransportError | undefined): void {
    try {
      this.observers.disconnected(error);
    } finally {
      this.hooks.disconnected(error);
    }
  }

  reconnecting(wait: { attempt: number; delay: number; error: AnyTransportError | undefined }): void {
    const { attempt, delay, error } = wait;
    const reason = error?.code ?? "requested";
    this.counters.countReason(reason);
    this.observers.reconnecting({ attempt, delay, reason });
    this.#lifecycle.change({ status: "reconnecting", ...wait });
  }

  /** `cut`: an attempt was under way. Throws nothing. */
  closed({ error, aborted, cut }: { error: unknown; aborted: boolean; cut: boolean }): void {
    const tell = (call: () => void): void => tellWhileClosing(this.observers, call);
    if (cut) tell(() => this.disconnected(undefined));
    tell(() => this.#lifecycle.change({ status: "closed", error }));
    tell(() => this.observers.closed({ aborted, error }));
  }

  reconnectRequested(reason: string | undefined): void {
    this.observers.warned(WARNINGS.requested, { reason });
  }

  idCannotBeSent(): void {
    this.observers.warned(WARNINGS.unsendableId, {});
  }

  lost(lost: SseLoss): void {
    this.counters.lost += lost === "unknown" ? 1 : lost;
    this.observers.warned(WARNINGS.lost, { lost });
    this.hooks.lost(lost);
  }

  skipped(): void {
    this.counters.skipped += 1;
    if (this.counters.skipped === 1) this.observers.warned(WARNINGS.unreadable, {});
  }
}
