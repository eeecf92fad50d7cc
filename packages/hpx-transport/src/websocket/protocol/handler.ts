import type { SocketState } from "../../connection/state.js";
import type { AnyTransportError } from "../../error.js";
import type { WsData, WsGap, WsId, WsMessage, WsMessageKind } from "./message.js";
import type { WsCloseVerdict, WsVerdict } from "./verdict.js";

/** An answer of a hook that may have to wait, such as for a signature. */
export type WsAnswer<T> = T | PromiseLike<T>;

/** Messages to send: none, one, or several, which are sent in this order. */
export type WsOutgoing = WsData | readonly WsData[] | undefined;

/** An error that the server answered with. */
export interface WsFailure {
  /** The server's number or name for it. It must hold no secret. */
  readonly code?: number | string | undefined;
  /** The name of the error, for messages. It must hold no secret. */
  readonly reason?: string | undefined;
}

/** A topic that the server refused, or ended with an error. */
export interface WsNack extends WsFailure {
  /** The topic, as it was given to `subscribe`. */
  readonly topic: string;
}

/** What a handler reads from one message. */
export interface WsReading {
  /** Its meaning. Only `"update"` and `"response"` show that the connection is useful. */
  readonly kind: WsMessageKind;
  /**
   * The id of the request, or of the `subscribe` or `unsubscribe` call, that it answers. An answer to `subscribe` acknowledges
   * every topic of that call, unless `acks`, `nacks` or `error` say otherwise.
   */
  readonly id?: WsId | undefined;
  /** The topic of an update, as it was given to `subscribe`. */
  readonly topic?: string | undefined;
  /**
   * The subscription of an update, in place of `topic`: the id that the server gave it, where the handler has
   * `subscriptionId`; else the id of the `subscribe` call, which then has one topic only.
   */
  readonly subscription?: WsId | undefined;
  /** Topics that the server acknowledges, whatever the id. Topics that nothing was asked of are passed over. */
  readonly acks?: readonly string[] | undefined;
  /** Topics that the server refuses, or ends with an error: each subscription ends with `SUBSCRIPTION_FAILED`. */
  readonly nacks?: readonly WsNack[] | undefined;
  /** Topics that the server ended: each subscription just ends. */
  readonly ended?: readonly string[] | undefined;
  /** The answer is an error: the request ends with `REQUEST_FAILED`, or the topics of the `subscribe` call are refused. */
  readonly error?: WsFailure | undefined;
  /** The parsed content: the value of {@link WsMessage}, and of the request that it answers. */
  readonly value?: unknown;
  /** What follows for the connection. */
  readonly verdict?: WsVerdict | undefined;
}

/** Where a message stands among those of its feed, by the feed's own numbers. */
export interface WsSequence {
  /** What is counted: one count a stream. */
  readonly stream: string;
  /** The message's first number. @defaultValue `last` */
  readonly first?: number | undefined;
  /** The message's last number. */
  readonly last: number;
  /**
   * The last number of the message before, for feeds that name it. Without it the next message begins at `last + 1`.
   */
  readonly previous?: number | undefined;
  /** The count begins again with this message, such as a snapshot: nothing is missing before it. @defaultValue `false` */
  readonly restart?: boolean | undefined;
}

/** A socket that has opened. */
export interface WsConnectInfo {
  /** The status of the handshake: 101; 0 where the runtime hides it. */
  readonly status: number;
  /** The headers of the handshake's response; empty where the runtime hides them. */
  readonly headers: Headers;
  /** Where the socket goes, after redirects. */
  readonly url: URL;
  /** The subprotocol that the server chose; `""` for none. */
  readonly protocol: string;
  /** Which attempt in a row it was, from 1. */
  readonly attempt: number;
  /** The number of the socket, counted from 1. */
  readonly epoch: number;
}

/** The socket that `hello` and `authenticate` prepare. */
export interface WsOpenInfo extends WsConnectInfo {
  /** A new id, as of `nextId`. */
  readonly id: WsId;
  /** The server refused the last credentials: ask for fresh ones. */
  readonly renew: boolean;
}

/** The request of a handshake, before it is signed. */
export interface WsRequest {
  /** `ws:` or `wss:`. A copy. */
  readonly url: URL;
  /** The caller's headers. A copy. */
  readonly headers: Headers;
  /** The subprotocols to offer. */
  readonly protocols: readonly string[];
}

/** The limits of a service. A limit that is left out does not exist. */
export interface WsLimits {
  /** Topics in one call of `subscribe`, `unsubscribe`. With 1, each topic has a call and an id of its own. */
  readonly topicsPerMessage?: number | undefined;
  /** Messages that may be sent in a second, pings and pongs included. More wait in a queue, in order. */
  readonly messagesPerSecond?: number | undefined;
  /** Topics of one connection; one more is refused with `CAPACITY`. */
  readonly topicsPerConnection?: number | undefined;
  /** Requests without a response; one more is refused with `CAPACITY`. The smaller one of this and the option counts. */
  readonly pendingRequests?: number | undefined;
  /** Milliseconds that the server keeps a connection: it is replaced before. */
  readonly lifetime?: number | undefined;
}

/**
 * The rules of a service's protocol: an object with the hooks that you want. Only `read` is required. Hooks answer, they do not
 * act: the connection sends what they return, matches what they read, and keeps the order.
 *
 * Hooks run as messages are read, in wire order and ahead of the consumer. They are synchronous, except where they return a
 * {@link WsAnswer}. A hook that throws ends the connection with `HANDLER`. While a connection is replaced as planned, two
 * sockets are open, and a hook may be called for either.
 */
export interface WsProtocolHandler {
  /** Reads a message: its one parse. Returns several readings where the message is a list. Data that is no message of the protocol is `"unknown"`. */
  read(data: WsData): WsReading | readonly WsReading[];
  /** The messages that open a session, before `authenticate`. */
  hello?(info: WsOpenInfo): WsAnswer<WsOutgoing>;
  /** The message that carries credentials. Nothing of the user's is sent before `judgeAuth` answers `"ok"`. `undefined`: none. */
  authenticate?(info: WsOpenInfo): WsAnswer<WsOutgoing>;
  /**
   * Judges a message that comes before the authentication is done: is it the server's answer? `undefined`: it is not. Without
   * this hook, a connection counts as authenticated as soon as the credentials are sent.
   */
  judgeAuth?(message: WsMessage): "ok" | "refused" | undefined;
  /** `authenticate` makes fresh credentials when `info.renew` is set, so a refusal is answered once. @defaultValue `false` */
  readonly renewable?: boolean | undefined;
  /** A new id for a request or a subscription, unique for the connection. @defaultValue whole numbers from 1 */
  nextId?(): WsId;
  /** The messages that subscribe to `topics`, at most `limits.topicsPerMessage` of them. Their answer carries `id`. */
  subscribe?(topics: readonly string[], id: WsId): WsAnswer<WsOutgoing>;
  /** The messages that end subscriptions. `subscriptionOf` returns the server's id of a topic. */
  unsubscribe?(
    topics: readonly string[],
    id: WsId,
    subscriptionOf: (topic: string) => WsId | undefined,
  ): WsAnswer<WsOutgoing>;
  /** Whether the server answers `subscribe`. Where it does not, a topic counts as acknowledged once it is sent. @defaultValue `true` */
  readonly acknowledges?: boolean | undefined;
  /** Whether the server answers `unsubscribe`. Where it does not, the topic is free at once. @defaultValue `acknowledges` */
  readonly acknowledgesUnsubscribe?: boolean | undefined;
  /** The id that the server gave the subscription of `topic`, from the value of its answer. Valid for one socket only. */
  subscriptionId?(value: unknown, topic: string): WsId | undefined;
  /** The message of a request with this payload and id. Without this hook, `handle.request` is refused with `CONFIG`. */
  request?(payload: unknown, id: WsId): WsAnswer<WsData>;
  /** The heartbeat: a message of the protocol, or `"frame"` for a ping frame, as without this hook. */
  ping?(): WsData;
  /** The answer to a ping that the server sends as a message; `undefined` where `message` is none. */
  pong?(message: WsMessage): WsData | undefined;
  /** The feed's own numbers of an update. With this hook, jumps are found, and a planned renewal loses nothing. */
  sequence?(message: WsMessage): WsSequence | undefined;
  /** What follows from a jump of the numbers: `"resubscribe"` asks for the topic anew, such as for a snapshot. */
  judgeGap?(gap: WsGap): "resubscribe" | undefined;
  /**
   * The message that subscribes to `topic` after the number `last`, where a feed can replay: used after a reconnect in place of
   * `subscribe`. `undefined` where it cannot.
   */
  resume?(topic: string, last: number, id: WsId): WsAnswer<WsOutgoing>;
  /** Judges a message, as `verdict` of `read` does. It is delivered whatever the verdict. */
  judgeMessage?(message: WsMessage): WsVerdict | undefined;
  /** Judges a close of the server by its code (1005: none, 1006: no close frame). `undefined`: the usual rule for that code. */
  judgeClose?(code: number, reason: string): WsCloseVerdict | undefined;
  /** Returns the request of a handshake, such as with a token in its URL. Called for each attempt. */
  prepareRequest?(request: WsRequest): WsAnswer<WsRequest>;
  /** The limits of the service. */
  readonly limits?: WsLimits | undefined;
  /** `false`: a session that cannot go on with another socket, so there is no reconnect by itself. @defaultValue `true` */
  readonly resumable?: boolean | undefined;
  /** The subprotocols to offer, where the option `protocols` names none. */
  readonly protocols?: readonly string[] | undefined;
  /** Whether to reconnect after `error`. The default is `error.retryable`. It is not called for `HANDLER`. */
  shouldRetry?(error: AnyTransportError, attempt: number): boolean;

  /** A socket is open and authenticated; subscriptions and the user's messages follow. */
  onConnect?(info: WsConnectInfo): void;
  /** A socket ended, or an attempt failed; called once for each. `undefined` only after `close()`, `reconnect()` and an abort. */
  onDisconnect?(error?: AnyTransportError): void;
  /** The connection's state changed. */
  onStateChange?(state: SocketState, previous: SocketState): void;
  /** Messages are missing: the next message of the topic carries the same gap. */
  onGap?(gap: WsGap): void;
  /** Messages come from a new socket from now on: after a connect, a reconnect, and a planned renewal. */
  onEpoch?(epoch: number): void;
}
