import { Counters } from "../connection/counters.js";
import type { SseStats } from "../observe/stats.js";

/** The counts and times of a WebSocket connection so far, as a snapshot: `events` counts messages. */
export interface WsStats extends SseStats {
  /** The number of the current socket, or of the last one; 0 before the first. */
  readonly epoch: number;
  /** Sockets that took the place of another one, as planned, before it ended. */
  readonly renewals: number;
  /** Messages given to a socket: those of the user, and those of the protocol. */
  readonly sent: number;
  /** Pings of the server that were answered. */
  readonly pongs: number;
  /** Responses that came after their request had timed out or was aborted, or a second time. They are not delivered. */
  readonly late: number;
  /** Responses whose id no request had. They are delivered by the connection's stream. */
  readonly unmatched: number;
  /** Updates of a topic that came after its last subscription had ended. They are not delivered. */
  readonly unclaimed: number;
  /** Requests without a response. */
  readonly pending: number;
  /** Topics that are subscribed to. */
  readonly topics: number;
}

/** The counts behind `handle.stats`. */
export class WsCounters extends Counters {
  epoch = 0;
  renewals = 0;
  sent = 0;
  pongs = 0;
  late = 0;
  unmatched = 0;
  unclaimed = 0;

  /** The snapshot, with what only others know. */
  stats(now: { readonly buffered: number; readonly pending: number; readonly topics: number }): WsStats {
    const { epoch, renewals, sent, pongs, late, unmatched, unclaimed } = this;
    const { buffered, pending, topics } = now;
    return { ...this.snapshot(buffered), epoch, renewals, sent, pongs, late, unmatched, unclaimed, pending, topics };
  }
}
