/** Every number of the run in one place. Durations are milliseconds. */
export const SETTINGS = {
  /** Relays of a group, and servers of a cluster. */
  relays: 3,
  servers: 3,
  /** The oldest nats-server, as a number with two digits after the point. */
  leastNats: 2.15,
  /** The time to live of a member of the group. */
  ttl: 2000,
  /** Sources are connected anew after so long without a byte; a comment comes more often. */
  idleTimeout: 3000,
  keepAliveEvery: 700,
  /** Between two times that events are published. */
  tick: 20,
  /** A run on NATS has so much of the minutes where both logs are asked for. */
  natsShare: 0.75,
  /** The log is left alone so long after each round of its faults: how long a takeover takes is measured then. */
  alone: 15_000,
  /** Tries to meet a log that lost its end with relays that live. */
  rollBacks: 3,
  /** Before the first fault: every source has an event in the log then. */
  warmUp: 60_000,
  /** After the last fault: until all sources are heard, then a quiet time, and then the last events. */
  settle: 180_000,
  quiet: 6000,
  lastEvents: 3000,
  /** The log stands still when so many looks, a second apart, find the same. */
  stillLooks: 5,
  drain: 180_000,
  /** A relay that is asked to end is gone after so long, whatever the log does. */
  longestEnd: 20_000,
  /** A relay that ended by itself because no server answered is started again after this. */
  restart: 300,
  /** Faults that are shown of each run. */
  shown: 30,
} as const;
