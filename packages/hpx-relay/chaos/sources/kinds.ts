/** What a source does with ids, and with a request that names one. */
export interface Kind {
  /** Sources of this kind. */
  readonly count: number;
  /** What the relay's configuration says of it, beside its URL. */
  readonly options: {
    readonly continuity?: "numeric";
    readonly ids?: "none";
    readonly pair?: boolean;
    readonly handler?: "mercure";
  };
  /**
   * - `each`: every event has an id of its own
   * - `some`: every fourth event or so; the others follow the last id
   * - `shared`: up to four events have the same id
   * - `none`: no event has one
   */
  readonly ids: "each" | "some" | "shared" | "none";
  /** The id of event `n`, counted from 0 in its epoch. */
  readonly idOf: (n: number, epoch: number) => string;
  /** What the relay resumes after at first. */
  readonly first: string;
  /**
   * Where a connection begins.
   *
   * - `after`: after the event with the id, or with the oldest that the source has
   * - `earlier`: up to five events before that
   * - `replay`: with the last `window` events, whatever the request says
   * - `live`: with what comes
   */
  readonly resume: "after" | "earlier" | "replay" | "live";
  /** For `replay`. @defaultValue all of its epoch */
  readonly window?: number;
  /** Events a second. @defaultValue one of several rates */
  readonly rate?: number;
  /** No two events have the same data: under the same id they would be one event. */
  readonly isDistinct?: boolean;
  /** It forgets events now and then. */
  readonly forgets?: boolean;
  /** It keeps all that it ever sent, and resumes: nothing of it is ever missing, and no gap is marked. */
  readonly isComplete?: boolean;
  /** It begins its ids anew now and then: `gently` also on connections that go on. */
  readonly resets?: "gently" | "at a restart";
}

const counted = (n: number): string => String(n + 1);
const NUMERIC = { continuity: "numeric" } as const;
/** The epochs of ids that began anew: numbers that do not overlap, each below those before. */
const EPOCH = 10_000;
const FIRST_EPOCH = 9_000_000;

/** Every kind of source; together 50. */
export const KINDS: Readonly<Record<string, Kind>> = {
  counted: { isComplete: true, count: 8, options: NUMERIC, ids: "each", idOf: counted, first: "0", resume: "after" },
  text: {
    isComplete: true,
    count: 6,
    options: {},
    ids: "each",
    idOf: (n) => `t-${n.toString(36)}`,
    first: "start",
    resume: "after",
  },
  json: {
    isComplete: true,
    count: 4,
    options: {},
    ids: "each",
    idOf: (n) => JSON.stringify([{ topic: "é 100%", partition: n % 3, offset: n }]),
    first: "[]",
    resume: "after",
  },
  sparse: {
    isComplete: true,
    count: 5,
    options: {},
    ids: "some",
    idOf: (n) => `s-${n}`,
    first: "start",
    resume: "after",
  },
  shared: {
    isComplete: true,
    count: 4,
    options: {},
    ids: "shared",
    isDistinct: true,
    idOf: (n) => `b-${n}`,
    first: "start",
    resume: "after",
  },
  replays: {
    isComplete: true,
    count: 3,
    options: {},
    ids: "each",
    idOf: (n) => `r-${n}`,
    first: "start",
    resume: "replay",
    window: 1500,
    // No outage is so long that the window passes by: without numbers nothing would tell.
    rate: 0.7,
  },
  replaysFew: { count: 3, options: NUMERIC, ids: "each", idOf: counted, first: "0", resume: "replay", window: 40 },
  again: {
    isComplete: true,
    count: 3,
    options: {},
    ids: "each",
    idOf: (n) => `a-${n}`,
    first: "start",
    resume: "earlier",
  },
  forgets: { count: 3, options: NUMERIC, ids: "each", idOf: counted, first: "0", resume: "after", forgets: true },
  hub: {
    count: 3,
    options: { handler: "mercure" },
    ids: "each",
    idOf: (n) => `urn:uuid:${n}`,
    first: "earliest",
    resume: "after",
    forgets: true,
  },
  resets: {
    count: 2,
    options: NUMERIC,
    ids: "each",
    idOf: (n, epoch) => String(FIRST_EPOCH - epoch * EPOCH + n),
    first: String(FIRST_EPOCH - 1),
    resume: "after",
    resets: "gently",
  },
  restarts: {
    count: 2,
    options: NUMERIC,
    ids: "each",
    idOf: counted,
    first: "0",
    resume: "replay",
    isDistinct: true,
    resets: "at a restart",
  },
  none: { count: 2, options: { ids: "none" }, ids: "none", idOf: () => "", first: "", resume: "live" },
  pair: { count: 2, options: { ids: "none", pair: true }, ids: "none", idOf: () => "", first: "", resume: "live" },
};
