import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { ClientOptions, WebSocket } from "ws";
import { TransportError } from "../../error.js";
import { sendFailure } from "../../http/failure.js";
import { Lifetime } from "../../http/lifetime.js";
import type { NodeClient } from "../../http/node/client.js";
import { appendField } from "../../http/node/channel.js";
import type { PendingSocket } from "../../http/node/dial/dial.js";
import { USER_AGENT } from "../../http/node/user-agent.js";
import type { OpenSocket, SocketRefusal, SocketRequest } from "../socket/backend.js";
import { refuseHighestLengthBit } from "./length-bit.js";
import type { WsClass } from "./load.js";
import { readRefusal } from "./refusal.js";
import { WsSocket } from "./socket.js";

/**
 * One handshake: a connection of ours, and `ws` on it. Its deadlines are ours as well: that of `ws` begins again with every
 * byte of a head that trickles in.
 */
export class NodeHandshake {
  readonly #request: SocketRequest;
  readonly #WebSocketClass: WsClass;
  readonly #lifetime: Lifetime;
  #resolve!: (answer: OpenSocket | SocketRefusal) => void;
  #reject!: (reason: unknown) => void;
  #dialing: PendingSocket | undefined;
  #socket: WebSocket | undefined;
  #response: IncomingMessage | undefined;
  #over = false;

  constructor(request: SocketRequest, WebSocketClass: WsClass) {
    this.#request = request;
    this.#WebSocketClass = WebSocketClass;
    this.#lifetime = new Lifetime(request.signal, (reason) => this.#fail(reason));
  }

  start(client: NodeClient): Promise<OpenSocket | SocketRefusal> {
    const { url, connectTimeout } = this.#request;
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#lifetime.setDeadline(connectTimeout, () => this.#fail(TransportError.timeout("connect", connectTimeout)));
      try {
        this.#dialing = client.dial(httpUrl(url), (error, socket) => {
          if (socket === null) this.#fail(this.#failure(error, false));
          else this.#shakeHands(socket as Socket);
        });
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  #shakeHands(socket: Socket): void {
    if (this.#over) {
      socket.destroy();
      return;
    }
    const { url, protocols, compression, maxMessageSize, maxFragments, handshakeTimeout, closeTimeout } = this.#request;
    this.#lifetime.setDeadline(handshakeTimeout, () =>
      this.#fail(TransportError.timeout("handshake", handshakeTimeout)),
    );
    // The types do not know the last two.
    const options: ClientOptions & { maxFragments: number; closeTimeout: number } = {
      createConnection: () => socket,
      headers: headersOf(this.#request),
      perMessageDeflate: compression,
      autoPong: false,
      maxPayload: maxMessageSize,
      maxFragments,
      // Also where the server closes first, and leaves the TCP connection open.
      closeTimeout,
    };
    let ws: WebSocket;
    try {
      ws = new this.#WebSocketClass(url, [...protocols], options);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#fail(TransportError.config("protocols", "a subprotocol", reason));
      return;
    }
    this.#socket = ws;
    ws.on("upgrade", (response) => {
      this.#response = response;
    });
    ws.on("unexpected-response", (request, response) => this.#refused(request, response));
    ws.on("error", (error) => this.#failHandshake(error));
    ws.on("open", () => this.#opened(ws, socket));
  }

  #opened(ws: WebSocket, socket: Socket): void {
    if (this.#over) return;
    // Frames may lie behind the head: nothing is read before there is a consumer.
    ws.pause();
    refuseHighestLengthBit(ws);
    // It goes on without what opened it.
    ws.removeAllListeners();
    const response = this.#response;
    const headers = response === undefined ? new Headers() : toHeaders(response);
    this.#end();
    this.#resolve(new WsSocket({ ws, socket, headers, request: this.#request }));
  }

  #refused(request: ClientRequest, response: IncomingMessage): void {
    if (this.#over) return;
    this.#lifetime.clearDeadline();
    const headers = toHeaders(response);
    const status = response.statusCode ?? 0;
    if (status === SWITCHING_PROTOCOLS) return this.#fail(TransportError.wsProtocol(NO_UPGRADE));
    readRefusal(response, this.#request.signal, (body) => {
      request.destroy();
      if (this.#over) return;
      this.#end();
      this.#destroy();
      this.#resolve({ accepted: false, status, headers, body });
    });
  }

  /** After the head of a 101, only the head can be wrong. */
  #failHandshake(error: Error): void {
    if (this.#response === undefined) this.#fail(this.#failure(error, true));
    else this.#fail(TransportError.wsProtocol(`its handshake is wrong (${error.message})`, { cause: error }));
  }

  #failure(error: unknown, requestSent: boolean): TransportError<"CONFIG" | "CONNECT"> {
    return sendFailure({ method: "GET", url: this.#request.url }, error, requestSent);
  }

  #fail(reason: unknown): void {
    if (this.#over) return;
    this.#end();
    this.#destroy();
    this.#reject(reason);
  }

  #end(): void {
    this.#over = true;
    this.#lifetime.end();
  }

  #destroy(): void {
    this.#dialing?.destroy();
    const ws = this.#socket;
    // It reports its own end as an error.
    ws?.on("error", () => {});
    ws?.terminate();
  }
}

const SWITCHING_PROTOCOLS = 101;

/** Node takes a 101 for an upgrade only with both (RFC 9110, section 7.8). */
const NO_UPGRADE = 'its handshake is wrong (a 101 needs "Connection: Upgrade" and "Upgrade: websocket")';

/** The same place by the scheme of HTTP, by which proxies are chosen. */
function httpUrl(url: URL): URL {
  const result = new URL(url);
  result.protocol = url.protocol === "wss:" ? "https:" : "http:";
  return result;
}

function headersOf({ headers }: SocketRequest): Record<string, string> {
  const result: Record<string, string> = Object.fromEntries(headers);
  return headers.has("User-Agent") ? result : { "User-Agent": USER_AGENT, ...result };
}

function toHeaders({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    appendField(headers, String(rawHeaders[index]), String(rawHeaders[index + 1]));
  }
  return headers;
}
