import type { SseReconnectReason, SseStats } from "../observe/stats.js";

/** The counts behind `handle.stats`. They are only read for the user: no decision depends on them. */
export class Counters {
  attempts = 0;
  bytes = 0;
  events = 0;
  dropped = 0;
  lost = 0;
  skipped = 0;
  duplicates = 0;
  lastEventAt: number | undefined;
  readonly #name: string | undefined;
  readonly #openedAt = Date.now();
  #accepted = 0;
  #connectedAt: number | undefined;
  #connectDuration: number | undefined;
  /** From `performance.now()`: monotonic, unaffected by changes of the system time. */
  #attemptStart = 0;
  #reasons: Partial<Record<SseReconnectReason, number>> | undefined;

  /** `name` is the connection's, if it has one. */
  constructor(name?: string) {
    this.#name = name;
  }

  beginAttempt(): void {
    this.attempts += 1;
    this.#attemptStart = performance.now();
  }

  accept(): void {
    this.#accepted += 1;
    this.#connectedAt = Date.now();
    this.#connectDuration = performance.now() - this.#attemptStart;
  }

  countReason(reason: SseReconnectReason): void {
    this.#reasons ??= {};
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
  }

  snapshot(buffered: number): SseStats {
    const { attempts, bytes, events, dropped, lost, duplicates, skipped, lastEventAt } = this;
    return {
      name: this.#name,
      attempts,
      reconnects: Math.max(0, this.#accepted - 1),
      reconnectReasons: { ...this.#reasons },
      bytes,
      events,
      dropped,
      lost,
      duplicates,
      skipped,
      buffered,
      openedAt: this.#openedAt,
      connectedAt: this.#connectedAt,
      connectDuration: this.#connectDuration,
      lastEventAt,
    };
  }
}
