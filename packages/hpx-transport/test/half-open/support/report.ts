/** What the client in the other namespace is told. */
export interface ClientOptions {
  readonly url: string;
  readonly idleTimeout?: number | undefined;
  /** The authority to trust: the connection is HTTP/2 then. */
  readonly ca?: string | undefined;
  /** Milliseconds after the start until one request more is sent, over the same session where that is HTTP/2. */
  readonly moreAfter?: number | undefined;
}

/** What the client of a WebSocket in the other namespace is told. */
export interface SocketClientOptions {
  readonly url: string;
  readonly pingInterval?: number | undefined;
  readonly pongTimeout?: number | undefined;
  /** How many requests it makes that nothing answers. */
  readonly requests?: number | undefined;
}

/** What the client in the other namespace saw. */
export interface Report {
  /** Milliseconds on the client's clock. */
  readonly at: number;
  readonly kind: "state" | "event" | "disconnected" | "request";
  readonly status?: string;
  readonly data?: string;
  /** Of the transport's error. */
  readonly code?: string | undefined;
  /** The system's code at the bottom of its causes. */
  readonly cause?: string | undefined;
  /** Of a request that is lost. */
  readonly sent?: boolean | undefined;
}
