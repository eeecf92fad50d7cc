import type { TransportErrorCode } from "../error.js";

/**
 * The counts and times of a connection so far: a snapshot, made when it is read, that does not change afterwards. Times are
 * milliseconds since 1970, as `Date.now()` tells them.
 */
export interface SseStats {
  /** The option `name` of the connection, by which to tell several apart. */
  readonly name: string | undefined;
  /** Attempts made, the first one and every reconnect; redirects and the second request after a 401 are not counted. */
  readonly attempts: number;
  /** Connections accepted after the first one. */
  readonly reconnects: number;
  /**
   * How often each reason led to another attempt, the one now waited for included: the code of the error, or
   * `"requested"` after `reconnect()`. A reason that never occurred is not there.
   */
  readonly reconnectReasons: Readonly<Partial<Record<SseReconnectReason, number>>>;
  /** Bytes of response bodies, decompressed. */
  readonly bytes: number;
  /** Events received, of every kind. */
  readonly events: number;
  /** Events dropped by `overflow: "drop-oldest"`. */
  readonly dropped: number;
  /**
   * Events that are lost, at the least, as the server said or the continuity of a cursor found: a loss of unknown
   * size counts as one.
   */
  readonly lost: number;
  /** Events that came again, as the cursor found; it drops them unless told otherwise. */
  readonly duplicates: number;
  /** Events that `json()` passed over because it could not read them, as `onInvalid: "skip"` asks. */
  readonly skipped: number;
  /** Events received that the consumer has not taken yet. */
  readonly buffered: number;
  /** When the connection was opened. */
  readonly openedAt: number;
  /** When the last response was accepted; undefined before the first. */
  readonly connectedAt: number | undefined;
  /** Milliseconds from the beginning of that attempt to its accepted response: signing, DNS, TCP, TLS, redirects. */
  readonly connectDuration: number | undefined;
  /** When the last event was received; undefined before the first. */
  readonly lastEventAt: number | undefined;
}

/** Why a connection was made again: the code of the error that ended the one before, or `reconnect()`. */
export type SseReconnectReason = TransportErrorCode | "requested";
