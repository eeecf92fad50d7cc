// The messages between the contract and the server, as JSON.
import type { ClientClose, Ending, OnClose, Pace, Violation, WsEnding } from "hpx-transport/testing";

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

/** A step of a scripted WebSocket: what the server sends, or how many messages or milliseconds it waits. */
export type SocketStep =
  | string
  | { readonly bytes: readonly number[] }
  | { readonly json: unknown }
  | { readonly message: string; readonly fragments: number }
  | { readonly ping: string }
  | { readonly close: number | null; readonly reason?: string }
  | { readonly garble: Violation }
  | { readonly receive: number }
  | { readonly delay: number };

/** The answer to one handshake, and what follows. */
export interface SocketReply {
  /** @defaultValue 101 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a refusal. */
  readonly body?: string;
  /** The subprotocol that the server chooses. @defaultValue the first of those offered */
  readonly protocol?: string | null;
  /** `false` sends nothing, not even a status line. */
  readonly head?: false;
  /** The 101 and the first frame come in one write. */
  readonly headWithBody?: true;
  /** `false`: pings of the client get no pong. */
  readonly pongs?: false;
  readonly onClose?: OnClose;
  readonly steps?: readonly SocketStep[];
  /** @defaultValue `"hold"` */
  readonly finish?: WsEnding;
  /** After the steps, answers the messages of `GenericJsonHandler`: see `server/answers.ts`. */
  readonly answers?: true;
}

/** A WebSocket that the server received. */
export interface SeenSocket {
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The messages of the client: text, or bytes. */
  readonly messages: readonly (string | readonly number[])[];
  /** The kinds of all frames of the client, in order. */
  readonly frames: readonly string[];
  /** The payloads of the client's pongs. */
  readonly pongs: readonly string[];
  /** What the client sent against RFC 6455. */
  readonly violations: readonly string[];
  readonly close?: ClientClose;
  /** The client ended the TCP connection before the server did. */
  readonly endedFirst: boolean;
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
  /** The origin of the server's WebSockets. */
  readonly sockets: string;
  /** A host and port where connections are accepted and nothing is ever said, not even TLS. */
  readonly silent: string;
  /** Runs only the checks whose name begins so. */
  readonly only?: string;
}
