/** Every number of the run in one place. Durations are milliseconds. */
export const SETTINGS = {
  /** Connections under test, each through a proxy of its own. */
  lanes: 8,
  /** Events that the server keeps for those who resume; publishing waits long before one falls out. */
  retention: 20_000,
  mostUnread: 16_000,
  /** Short waits, so that there are hundreds of breaks a minute; the rule for them is the same as for long ones. */
  initialDelay: 25,
  maxDelay: 100,
  idleTimeout: 150,
  responseTimeout: 150,
  eventCapacity: 64,
  bufferSize: 32_768,
  /** Something is unread, nothing arrives and nothing is tried: no fault may last that long. */
  longestSilence: 5000,
  /** Something is unread, and whatever is tried brings nothing: no chain of faults lasts that long. */
  longestDrought: 60_000,
  /** `reconnect()` resolves at the first connection that is accepted; some attempts may fail before. */
  longestReconnect: 20_000,
  /** How long the last events may take when the faults are over, and what is then waited for one too many. */
  tailDeadline: 20_000,
  aftermath: 500,
  sampleEvery: 1000,
  /** How often each fault must have happened for the run to have tested it. */
  leastFired: 10,
} as const;
