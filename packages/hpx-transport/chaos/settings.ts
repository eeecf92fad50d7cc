/** Every number of the run in one place. Durations are milliseconds. */
export const SETTINGS = {
  /** Connections under test, each through a proxy of its own. */
  lanes: 8,
  /** Events that the server keeps for clients that resume; with `mostUnread` pending events it publishes no more. */
  retention: 20_000,
  mostUnread: 16_000,
  /** Short waits, so that there are hundreds of breaks a minute; the same rule holds for long ones. */
  initialDelay: 25,
  maxDelay: 100,
  idleTimeout: 150,
  responseTimeout: 150,
  eventCapacity: 64,
  bufferSize: 32_768,
  /** The longest time with pending events, without an event and without a connect: no fault lasts that long. */
  longestSilence: 5000,
  /** The longest time with pending events and without an event: no chain of faults lasts that long. */
  longestDrought: 60_000,
  /** `reconnect()` resolves at the first accepted connection; some attempts may fail before it. */
  longestReconnect: 20_000,
  /** The durable consumer: how long a process lives before it is killed, when it saves, and which events take how long. */
  durable: { youngest: 100, oldest: 2500, saves: { saveEvery: 20, saveInterval: 30 }, slowEvery: 50, slow: 80 },
  /** The time for the last events after the end of the faults, and then for an event too many. */
  tailDeadline: 20_000,
  aftermath: 500,
  sampleEvery: 1000,
  /** A run has tested a fault that happened so many times. */
  leastFired: 10,
} as const;
