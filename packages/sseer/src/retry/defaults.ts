/** The defaults of the retry policies. Durations are in milliseconds. */
export const retryDefaults: {
  /** The wait while the server has sent no `retry`. */
  readonly initialDelay: number;
  /** The longest wait. Only `Retry-After` may exceed it. */
  readonly maxDelay: number;
  /** The factor by which the wait grows with each further failure in a row. */
  readonly factor: number;
  /** The largest random share that is added to a wait. */
  readonly jitter: number;
  /** The number of reconnects that may fail in a row. */
  readonly maxAttempts: number;
  /** The connects that may follow each other without a pause by the limit of the rate. */
  readonly burst: number;
  /** The connects a second that the limit of the rate adds. */
  readonly perSecond: number;
} = {
  initialDelay: 1000,
  maxDelay: 60_000,
  factor: 2,
  jitter: 0.1,
  maxAttempts: Infinity,
  burst: 5,
  perSecond: 1,
};

/** The shortest wait after an attempt that delivered an event. Without it, `retry: 0` would make a busy loop. */
export const SHORTEST_WAIT = 20;

/** The shortest first wait after an attempt that delivered nothing, unless `initialDelay` is shorter. */
export const SHORTEST_FAILURE_WAIT = 500;

/** The longest wait that a server can ask for with `Retry-After`: an hour. */
export const LONGEST_RETRY_AFTER = 3_600_000;

/** The longest delay of a timer. With a longer delay, a timer fires at once. */
export const LONGEST_TIMER = 2_147_483_647;
