import type { Attributes } from "@opentelemetry/api";
import type { ObservedConnection, ObservedFailure, SseObserver, SseReconnectReason, SseStats } from "hpx-transport/sse";
import { errorType, connectionAttributes } from "./attributes.js";
import type { Instruments } from "./instruments.js";

/** The part of the stats that was added to the metrics already. */
type Counted = Pick<SseStats, "buffered" | "bytes" | "dropped" | "events" | "lost" | "skipped">;

/** The metrics of one connection, read off its stats when metrics are collected and when an attempt ends. */
export class ConnectionMetrics implements SseObserver {
  readonly attributes: Attributes;
  readonly #instruments: Instruments;
  readonly #connection: ObservedConnection;
  #counted: Counted = { buffered: 0, bytes: 0, dropped: 0, events: 0, lost: 0, skipped: 0 };
  /** When the attempt began that has no outcome yet. */
  #start: number | undefined;

  constructor(instruments: Instruments, connection: ObservedConnection) {
    this.#instruments = instruments;
    this.#connection = connection;
    this.attributes = connectionAttributes(connection);
    instruments.add(this);
  }

  attemptStarted(): undefined {
    this.#start = performance.now();
  }

  connected(): void {
    this.#recordConnect({});
  }

  disconnected(failure: ObservedFailure | undefined): void {
    // The duration of an abandoned attempt means nothing.
    if (failure !== undefined) this.#recordConnect({ "error.type": errorType(failure) });
    this.#count(this.#connection.stats());
  }

  reconnecting({ reason }: { reason: SseReconnectReason }): void {
    this.#instruments.reconnects.add(1, { ...this.attributes, [this.#instruments.reason]: reason });
  }

  closed(): void {
    // Unread events now belong to the consumer alone.
    this.#count({ ...this.#connection.stats(), buffered: 0 });
    this.#instruments.remove(this);
  }

  /** Counts the changes since the last call; returns the age of the last event in seconds. */
  measure(): { readonly age: number; readonly attributes: Attributes } {
    const stats = this.#connection.stats();
    this.#count(stats);
    // The clock may have been set back since.
    const age = Math.max(0, Date.now() - (stats.lastEventAt ?? stats.openedAt)) / 1000;
    return { age, attributes: this.attributes };
  }

  #recordConnect(outcome: Attributes): void {
    if (this.#start === undefined) return;
    const seconds = (performance.now() - this.#start) / 1000;
    this.#start = undefined;
    this.#instruments.connectDuration.record(seconds, { ...this.attributes, ...outcome });
  }

  #count(stats: Counted): void {
    const { events, io, dropped, lost, skipped, depth } = this.#instruments;
    const counted = this.#counted;
    this.#counted = stats;
    const add = (counter: { add(value: number, attributes: Attributes): void }, name: keyof Counted): void => {
      const change = stats[name] - counted[name];
      if (change !== 0) counter.add(change, this.attributes);
    };
    add(events, "events");
    add(io, "bytes");
    add(dropped, "dropped");
    add(lost, "lost");
    add(skipped, "skipped");
    add(depth, "buffered");
  }
}
