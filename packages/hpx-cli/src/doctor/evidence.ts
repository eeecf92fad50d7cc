import type { FollowedRedirect } from "hpx-transport/http";

/** Something that came, and when: in milliseconds since its request. */
export interface Arrival {
  readonly at: number;
}

/** An event as the doctor remembers it: never its data. */
export interface SeenEvent extends Arrival {
  readonly event: string;
  /** The last event ID as of this event. */
  readonly id: string;
}

/** Bytes that came together. */
export interface Burst extends Arrival {
  readonly bytes: number;
  readonly events: number;
  /** Comments, those in a row counted once. */
  readonly comments: number;
  /** Whether it ended inside a line or an event. */
  readonly endsInside: boolean;
}

/** What was seen of a body. Bounded: of an endless stream only the beginning is kept. */
export interface StreamNotes {
  readonly bursts: readonly Burst[];
  /** The first one and the youngest. */
  readonly events: readonly SeenEvent[];
  readonly eventCount: number;
  readonly comments: readonly Arrival[];
  /** Every `retry` that counted, and the values of those that did not. */
  readonly retries: readonly number[];
  readonly badRetries: readonly string[];
  readonly lineEnds: { readonly lf: number; readonly crlf: number; readonly cr: number };
  readonly startsWithBom: boolean;
  /** Lines whose name is none of the standard's fields: how many, and the first one. */
  readonly strangeLines: { readonly count: number; readonly first: string };
  readonly invalidUtf8: boolean;
  /** Whether the last block has no blank line after it. */
  readonly unfinished: boolean;
  /** The longest time without a byte, up to when the watch ended. */
  readonly longestSilence: number;
  /** A line or an event was larger than the transport takes. */
  readonly tooLarge: boolean;
}

/** The head of a response. */
export interface Head extends Arrival {
  readonly status: number;
  readonly headers: Headers;
}

/** What came of one request. */
export interface Probe {
  readonly hops: readonly FollowedRedirect[];
  /** Where the last request went. */
  readonly url: URL;
  /** Undefined where none came; then `failure` says why. */
  readonly head: Head | undefined;
  readonly failure: Error | undefined;
  /** The beginning of the body where the response is no stream, on one line and without secrets. */
  readonly serverSays: string | undefined;
  readonly notes: StreamNotes;
  /** How the body ended, where it did while it was watched. */
  readonly end: (Arrival & { readonly error: Error | undefined }) | undefined;
  /** For how long it was watched, in milliseconds since the request. */
  readonly watched: number;
}

/** A second connection, which resumed after an id where there was one. */
export interface Reconnect {
  readonly probe: Probe;
  /** The id that it named; undefined where the stream had none. */
  readonly after: string | undefined;
  /** The ids that followed it on the first connection. */
  readonly expected: readonly string[];
}

/** All that the doctor has seen. */
export interface Evidence {
  readonly method: string;
  readonly first: Probe;
  /**
   * The same stream asked for without compression, at the same time; only where the first one was compressed, or not answered
   * for some time, which compression can cause, too.
   */
  readonly uncompressed: Probe | undefined;
  /** Left out where a request must not be repeated, and where the first one brought no stream. */
  readonly again: Reconnect | undefined;
  /** The watch was ended early: of what did not come, nothing can be said. */
  readonly interrupted: boolean;
  /** The `Origin` that was sent, as a page's. */
  readonly origin: string | undefined;
}
