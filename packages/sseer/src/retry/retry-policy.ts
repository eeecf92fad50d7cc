/** The facts that a {@link RetryPolicy} gets beside the attempt. Every field may be `undefined`. */
export interface RetryContext {
  /** The error that ended the attempt; absent after a clean end. */
  readonly error?: Error | undefined;
  /** The response's `Retry-After` header in milliseconds. */
  readonly retryAfter?: number | undefined;
  /** The server's last `retry` field: the reconnection time in milliseconds. */
  readonly retry?: number | undefined;
}

/**
 * Decides how long to wait before the next connection attempt. Policies are immutable, so many connections may share
 * a policy.
 */
export interface RetryPolicy {
  /**
   * The number of reconnects that may fail in a row. A client that counts its attempts may read it to know, without a
   * call of `delay`, that the failed attempt was the last.
   */
  readonly maxAttempts?: number | undefined;
  /**
   * The connects that may follow each other without a pause. A client limits the rate of its connects by a bucket of that
   * many, which `perSecond` refills, whatever `delay` returns.
   *
   * @defaultValue 5
   */
  readonly burst?: number | undefined;
  /**
   * The connects a second that refill the bucket.
   *
   * @defaultValue 1
   */
  readonly perSecond?: number | undefined;
  /**
   * Returns the wait in milliseconds, or `false` to stop.
   *
   * @param attempt - 0 after an attempt that delivered an event; k >= 1 after the k-th attempt without an event
   */
  delay(attempt: number, context: RetryContext): number | false;
}
