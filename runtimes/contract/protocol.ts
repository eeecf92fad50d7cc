// What the contract and the server say to each other, as JSON.
import type { Ending, Pace } from "hpx-transport/testing";

/** One step of a body: text, bytes, a pause in milliseconds, or slow writes from here on. */
export type FeedStep =
  | string
  | { readonly bytes: readonly number[] }
  | { readonly delay: number }
  | { readonly pace: Pace };

/** The answer to one request. */
export interface FeedReply {
  /** @defaultValue 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | readonly FeedStep[];
  /** In place of `body`: events 1 to `log`, those after the request's `Last-Event-ID`. */
  readonly log?: number;
  /** In place of `body`: this many events of a KiB each, as fast as they are read. */
  readonly flood?: number;
  /** Compresses each step of the body, so that it can be read before the next. */
  readonly gzip?: true;
  /** `false` sends not even a status line. */
  readonly head?: false;
  /** @defaultValue `"end"` */
  readonly finish?: Ending;
  readonly finishAfter?: number;
}

/** A request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly lastEventId?: string;
  /** Whether its connection is gone. */
  readonly isClosed: boolean;
}

/** A line of the contract's report. */
export type Line =
  | { readonly check: string; readonly ok: true }
  | { readonly check: string; readonly ok: false; readonly error: string }
  | { readonly done: number };

/** Where a contract runs, and against what. */
export interface Setting {
  /** The name of the runtime, as the table of capabilities has it. */
  readonly runtime: string;
  /** The server's origin, and another origin of the same server. */
  readonly server: string;
  readonly elsewhere: string;
}
