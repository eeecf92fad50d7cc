/** Every default of the retry policies, in one place. Durations are milliseconds. */
export const retryDefaults: {
  /** The wait where the server named none with `retry`. */
  readonly initialDelay: number;
  /** No wait is longer, `Retry-After` apart. */
  readonly maxDelay: number;
  /** What each further failure multiplies the wait by. */
  readonly factor: number;
  /** The largest share by which chance lengthens a wait. */
  readonly jitter: number;
  /** How many reconnects may fail in a row. */
  readonly maxAttempts: number;
} = {
  initialDelay: 1000,
  maxDelay: 60_000,
  factor: 2,
  jitter: 0.1,
  maxAttempts: Infinity,
};

/** The shortest wait after an attempt that delivered an event: `retry: 0` must not make a busy loop. */
export const SHORTEST_WAIT = 20;

/** The shortest first wait after an attempt that delivered nothing, unless `initialDelay` is shorter. */
export const SHORTEST_FAILURE_WAIT = 500;

/** The longest wait that a server can ask for with `Retry-After`: an hour. */
export const LONGEST_RETRY_AFTER = 3_600_000;

/** The longest timer of any runtime; beyond it a timer fires at once. */
export const LONGEST_TIMER = 2_147_483_647;
