import type { WsData } from "../protocol/message.js";

/** One socket to open. */
export interface SocketRequest {
  /** `ws:` or `wss:`; a fragment is not sent. */
  readonly url: URL;
  /** Every header, but for those of the handshake itself (RFC 6455, section 4.1). */
  readonly headers: Headers;
  /** The subprotocols to offer; none where it is empty. */
  readonly protocols: readonly string[];
  /** Offer `permessage-deflate`. */
  readonly compression: boolean;
  /** Milliseconds for DNS, TCP, a proxy and TLS together; 0 waits for ever. */
  readonly connectTimeout: number;
  /** Milliseconds from the request on the wire to the response's headers; 0 waits for ever. */
  readonly handshakeTimeout: number;
  /** The largest message, in bytes. */
  readonly maxMessageSize: number;
  /** The most fragments of one message. */
  readonly maxFragments: number;
  /** Milliseconds for the server to answer our close frame, where it broke a rule; then the socket is destroyed. */
  readonly closeTimeout: number;
  /** Ends the handshake at any moment: `open` rejects with the signal's reason, and the socket closes. It has no effect later. */
  readonly signal: AbortSignal;
}

/** A refusal: the server answered the handshake with another status than 101. */
export interface SocketRefusal {
  /** It is no socket. */
  readonly accepted: false;
  /** Of the response. */
  readonly status: number;
  /** Of the response. */
  readonly headers: Headers;
  /** The first KiB of the body, as text. */
  readonly body: string;
}

/** An open socket. Nothing of it is read before `consume`. */
export interface OpenSocket {
  /** It is a socket. */
  readonly accepted: true;
  /** 101; 0 where the runtime hides it. */
  readonly status: number;
  /** Of the response, until `consume` is called; empty where the runtime hides them. */
  readonly headers: Headers;
  /** The subprotocol that the server chose; `""` for none. */
  readonly protocol: string;
  /** Bytes that were given to `send` and are not yet on their way. */
  readonly buffered: number;
  /** The runtime has ping frames. */
  readonly canPing: boolean;
  /** Reading can be paused. */
  readonly canPause: boolean;
  /**
   * `onLife` comes after the messages that are complete with the bytes that it reports, so these messages are given to consumers
   * there, and not in a microtask of their own. @defaultValue `false`
   */
  readonly messagesFirst?: boolean | undefined;
  /** Resolves when nothing is left of the socket; never rejects. */
  readonly gone: Promise<void>;
  /** Starts the flow. Called once. */
  consume(consumer: SocketConsumer): void;
  /** Sends a message. `taken` is called when the operating system has it, with an error where it never will. */
  send(data: WsData, taken?: (error?: Error) => void): void;
  /** Sends a ping frame. */
  ping(): void;
  /** Starts the closing handshake. After `limit` milliseconds the socket is destroyed. */
  close(code: number, reason: string, limit: number): void;
  /** Destroys the socket now. The consumer hears nothing more. */
  abort(): void;
  /** Stops reading; what was read already may still arrive. */
  pause(): void;
  /** Reads on after `pause`. */
  resume(): void;
}

/** How a socket ended. */
export interface SocketEnd {
  /** The code of the server's close frame; 1005 where it has none, 1006 without a close frame. */
  readonly code: number;
  /** The reason of the server's close frame; `""` for none. */
  readonly reason: string;
  /** What broke, if anything did: a violation of the protocol, a message that is too large, a system error. */
  readonly error?: Error | undefined;
}

/** Receives messages: any number of them, then one `onEnd`, unless the socket was aborted. None of these may throw. */
export interface SocketConsumer {
  /** Bytes belong to the consumer: they are no view of a shared buffer. */
  onMessage(data: WsData): void;
  /** Any byte arrived. */
  onLife(): void;
  /** A ping of the server was answered. */
  onPong(): void;
  /** There is room for more to be sent. */
  onDrain(): void;
  /** The socket is over. Nothing comes after it. */
  onEnd(end: SocketEnd): void;
}

/** What a runtime's WebSocket may lack: its absence is `CONFIG` where an option asks for it. */
export type SocketFeature = "headers" | "ping" | "pause" | "compression";

/** Opens sockets. It follows no redirect and never retries. `open` rejects as `HttpClient.send` does. */
export interface SocketBackend {
  /** What it cannot do. @defaultValue none */
  readonly lacks?: readonly SocketFeature[] | undefined;
  /** Resolves with an open socket or a refusal. */
  open(request: SocketRequest): Promise<OpenSocket | SocketRefusal>;
}
