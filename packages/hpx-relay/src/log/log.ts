import type { MarkerKind } from "../marks.js";

/**
 * A log of messages, the only truth of a relay. The cursor of a source is in the last message of the source, so an append
 * moves both or none.
 *
 * An implementation must keep what it acknowledged, or lose its end as a whole: never a message in the middle.
 */
export interface RelayLog {
  /** Where it is, for messages; without a secret. */
  readonly url: string;
  /** What an operator should know of it. @defaultValue none */
  readonly warnings?: readonly string[] | undefined;
  /** What fits in. */
  readonly limits: LogLimits;
  /**
   * Rises with each connection to the log. A log may have lost its end in between and have reused the positions, so an owner
   * reads the tail again before its next append.
   */
  readonly epoch: number;
  /** The members of a group of relays. Without it one process runs all sources. */
  readonly group?: GroupStore | undefined;
  /** Copies of the cursors, for the case that an operator deletes all messages of a source. @defaultValue none are kept */
  readonly hints?: HintStore | undefined;
  /** Set where the log deletes even the last message of a source, and with it the cursor. */
  readonly forgetting?: Forgetting | undefined;
  /**
   * The last message of each of these sources; a source without one is left out. A reader with authority answers, such as the
   * leader: what it does not name was not acknowledged.
   *
   * @throws {LogUnavailable} where it does not answer
   */
  tails(sources: readonly string[]): Promise<ReadonlyMap<string, Tail>>;
  /**
   * Appends the messages of all parts, or none. A part is appended only if its `expected` is still the position of the
   * source's last message: a compare-and-set for each part. Resolves, when all of it is durable, with the position of the last
   * message of each part.
   *
   * @throws {LogConflict} where a source has another last message
   * @throws {LogUnavailable} where it does not answer: the messages may be in the log
   * @throws {LogFull} where there is no room; there may be later
   * @throws {LogRefused} where the same append will never be accepted
   */
  append(parts: readonly Append[]): Promise<readonly number[]>;
  /** Records in the order of the log, in arrays of any size, until the end that the log has at the call. */
  read(from: ReadFrom, signal: AbortSignal): AsyncIterable<readonly LogRecord[]>;
  /** Lets go of files, connections and timers. */
  close(): Promise<void>;
}

/** Where a source stood at the time of the copy. */
export type Hint = Pick<Message, "n" | "id" | "after" | "hash">;

/** Copies of the cursors beside a log. They decide about nothing while the log has a message of the source. */
export interface HintStore {
  /** The copy for a source; `undefined` where there is none. @throws {LogUnavailable} */
  read(source: string): Promise<Hint | undefined>;
  /** Writes copies for some sources. @throws {LogUnavailable} */
  write(hints: ReadonlyMap<string, Hint>): Promise<void>;
}

/** How a log deletes old messages. */
export interface Forgetting {
  /** How often the owner of a source looks, in milliseconds. */
  readonly interval: number;
  /** Whether the last message of a source will be deleted soon: its owner then appends a marker with the same cursor. */
  isFading(last: Pick<Tail, "pos" | "at">): Promise<boolean>;
}

/** What fits into a log. */
export interface LogLimits {
  /** Messages in one append. */
  readonly messages: number;
  /** Appends at one time that still pay. */
  readonly appends: number;
  /** The largest payload of one message, in bytes. */
  readonly data: number;
  /** The longest event type or id, in bytes. */
  readonly name: number;
}

/** A message, as it is appended. */
export interface Message {
  /** The event's type. */
  readonly event: string;
  /** See `MARKS.id`. */
  readonly id: string;
  /** See `MARKS.after`. */
  readonly after: number;
  /** See `MARKS.n`. */
  readonly n: number;
  /** When the event was read, in milliseconds since 1970. */
  readonly at: number;
  /** See `MARKS.hash`. */
  readonly hash: string;
  /** Only on a marker. */
  readonly kind?: MarkerKind | undefined;
  /** Only on a marker: its facts as JSON. */
  readonly facts?: string | undefined;
  /** The event's data as text, or in UTF-8; empty for a marker. */
  readonly data: string | Uint8Array;
}

/** The messages of one source in an append. */
export interface Append {
  /** The source's name. */
  readonly source: string;
  /** The position of the source's last message; 0 where it has none. */
  readonly expected: number;
  /** At least one. */
  readonly messages: readonly Message[];
  /** Who writes them, for this append alone. It is stored with the last message. */
  readonly tag: string;
}

/** A message in the log. */
export interface LogRecord extends Omit<Message, "data"> {
  /** The event's data in UTF-8; empty for a marker. */
  readonly data: Uint8Array;
  /** The source's name. */
  readonly source: string;
  /** Its position: higher than all before it, not always by one. */
  readonly pos: number;
  /** Only on the last message that a source has in one append. */
  readonly tag?: string | undefined;
}

/** The last message of a source, without its data. */
export type Tail = Omit<LogRecord, "data" | "facts">;

/** Which records to read. */
export interface ReadFrom {
  /** Only those of this source. @defaultValue all sources */
  readonly source?: string | undefined;
  /** Only those after this position. @defaultValue all */
  readonly after?: number | undefined;
  /** Only about so many of the newest, never fewer than that where there are as many. @defaultValue all */
  readonly last?: number | undefined;
  /** The reader needs no data: it may be left empty. @defaultValue `false` */
  readonly withoutData?: boolean | undefined;
  /** About so many bytes of data in one array, where that is less than the log's own pages have. @defaultValue no limit */
  readonly bytes?: number | undefined;
}

/** The members of a group of relays, kept beside a log. It decides who tries, and never what is right. */
export interface GroupStore {
  /** How long a member stays without a sign of life, in milliseconds. */
  readonly ttl: number;
  /** Writes or renews a member; `facts` are for the others. @throws {LogUnavailable} */
  announce(member: string, facts: string): Promise<void>;
  /** Removes a member. @throws {LogUnavailable} */
  leave(member: string): Promise<void>;
  /** Calls `onChange` with the members at first and at each change, until `signal` is aborted. @throws {LogUnavailable} */
  watch(onChange: (view: GroupView) => void, signal: AbortSignal): Promise<void>;
}

/** Who is there. */
export interface GroupView {
  /** Rises with each change. */
  readonly revision: number;
  /** The facts of each member, by its name. */
  readonly members: ReadonlyMap<string, string>;
}
