// The messages between the contract and the server, as JSON.
import type { Ending, Pace } from "hpx-transport/testing";

/** A step of a body: text, bytes, a pause in milliseconds, or slow writes for the rest. */
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
  /** In place of `body`: the events 1 to `log` that come after the request's `Last-Event-ID`. */
  readonly log?: number;
  /** In place of `body`: this many events of a KiB each, as fast as they are read. */
  readonly flood?: number;
  /** Compresses each step of the body, so that the client can read it before the next step. */
  readonly gzip?: true;
  /** `false` sends nothing, not even a status line. */
  readonly head?: false;
  /** @defaultValue `"end"` */
  readonly finish?: Ending;
  readonly finishAfter?: number;
}

/** A request that the server received. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly lastEventId?: string;
  /** True when its connection is closed. */
  readonly isClosed: boolean;
}

/** A line of the contract's report. */
export type Line =
  | { readonly check: string; readonly ok: true }
  | { readonly check: string; readonly ok: false; readonly error: string }
  | { readonly done: number };

/** The runtime and the server of a contract. */
export interface Setting {
  /** The name of the runtime in the table of capabilities. */
  readonly runtime: string;
  /** The server's origin, and another origin of the same server. */
  readonly server: string;
  readonly elsewhere: string;
}
