/** What a {@link RetryPolicy} is told beside the attempt. Every field may be `undefined`. */
export interface RetryContext {
  /** What ended the attempt; absent after a clean end. */
  readonly error?: Error | undefined;
  /** Milliseconds that the response's `Retry-After` header asked for. */
  readonly retryAfter?: number | undefined;
  /** The server's last `retry` field: the reconnection time in milliseconds. */
  readonly retry?: number | undefined;
}

/** How long to wait before the next connection attempt. Policies are immutable: one may serve many connections. */
export interface RetryPolicy {
  /**
   * How many reconnects may fail in a row. A driver that counts precisely may read it to know, without asking
   * `delay`, that the attempt which just failed was the last.
   */
  readonly maxAttempts?: number | undefined;
  /**
   * The milliseconds to wait, or `false` to give up.
   *
   * @param attempt - 0 after an attempt that delivered an event; k >= 1 after the k-th attempt in a row that did not
   */
  delay(attempt: number, context: RetryContext): number | false;
}
