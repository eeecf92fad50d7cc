import { TransportError } from "../../error.js";
import { sendFailure } from "../../http/failure.js";
import { Lifetime } from "../../http/lifetime.js";
import type { OpenSocket, SocketBackend, SocketFeature, SocketRefusal, SocketRequest } from "../socket/backend.js";
import { opensByFetch, takesHeaders, type UpgradeResponse, type WebSocketInit } from "./runtime.js";
import { PlatformSocket } from "./socket.js";

/** Bytes that are kept of a refusal's body. */
const REFUSAL_SIZE = 1024;

/**
 * Opens sockets by the `WebSocket` of the runtime: browsers, Deno, Bun, workerd. It has no ping frames and no back-pressure on
 * receiving, decides about compression by itself, and shows a refusal as an error without its status (but for workerd).
 */
export class PlatformBackend implements SocketBackend {
  readonly lacks: readonly SocketFeature[];

  constructor() {
    const common: SocketFeature[] = ["ping", "pause", "compression"];
    this.lacks = takesHeaders() || opensByFetch() ? common : ["headers", ...common];
  }

  async open(request: SocketRequest): Promise<OpenSocket | SocketRefusal> {
    request.signal.throwIfAborted();
    if (this.lacks.includes("headers") && [...request.headers].length > 0) {
      throw TransportError.config(
        "auth",
        "a header",
        "this runtime's WebSocket sends none; put a token into the URL or a subprotocol",
      );
    }
    return opensByFetch() ? openByFetch(request) : openByClass(request);
  }
}

function openByClass(request: SocketRequest): Promise<OpenSocket> {
  const { url, headers, protocols, signal } = request;
  return new Promise((resolve, reject) => {
    const init: WebSocketInit = { headers: Object.fromEntries(headers), protocols: [...protocols] };
    let socket: WebSocket;
    try {
      // A runtime that takes no headers takes a list.
      const second: unknown = takesHeaders() ? init : init.protocols;
      socket = new WebSocket(url, second as string[]);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      reject(TransportError.config("url", "this WebSocket", reason));
      return;
    }
    // It says nothing that the close event does not. In some runtimes an error without a listener ends the process.
    socket.addEventListener("error", () => {});
    const fail = (reason: unknown): void => {
      finish();
      socket.close();
      reject(reason);
    };
    const lifetime = limited(request, fail);
    const onOpen = (): void => {
      finish();
      resolve(new PlatformSocket(socket, request, { status: 0, headers: new Headers() }));
    };
    const onClose = (): void => {
      finish();
      const cause = new Error("the WebSocket was not opened; this runtime does not say whether the server refused it");
      reject(sendFailure({ method: "GET", url }, cause, false));
    };
    const finish = (): void => {
      lifetime.end();
      socket.removeEventListener("open", onOpen);
      socket.removeEventListener("error", onClose);
      socket.removeEventListener("close", onClose);
    };
    socket.addEventListener("open", onOpen);
    // Node 22 reports a refusal by an error, and no close event follows.
    socket.addEventListener("error", onClose);
    socket.addEventListener("close", onClose);
    if (signal.aborted) fail(signal.reason);
  });
}

async function openByFetch(request: SocketRequest): Promise<OpenSocket | SocketRefusal> {
  const { url, protocols } = request;
  const headers = new Headers(request.headers);
  headers.set("Upgrade", "websocket");
  if (protocols.length > 0) headers.set("Sec-WebSocket-Protocol", protocols.join(","));
  const address = new URL(url);
  address.protocol = url.protocol === "wss:" ? "https:" : "http:";
  const abort = new AbortController();
  const lifetime = limited(request, (reason) => abort.abort(reason));
  try {
    const response: UpgradeResponse = await fetch(address, { headers, redirect: "manual", signal: abort.signal });
    const { status, webSocket } = response;
    if (webSocket === undefined || webSocket === null) {
      const body = (await response.text()).slice(0, REFUSAL_SIZE);
      return { accepted: false, status, headers: response.headers, body };
    }
    webSocket.accept();
    return new PlatformSocket(webSocket, request, { status, headers: response.headers });
  } catch (error) {
    if (abort.signal.aborted) throw abort.signal.reason;
    throw sendFailure({ method: "GET", url }, error, false);
  } finally {
    lifetime.end();
  }
}

/** The runtime does not tell a connection from a handshake: both times count together. */
function limited(request: SocketRequest, fail: (reason: unknown) => void): Lifetime {
  const { connectTimeout, handshakeTimeout, signal } = request;
  const lifetime = new Lifetime(signal, fail);
  if (connectTimeout === 0 || handshakeTimeout === 0) return lifetime;
  const limit = connectTimeout + handshakeTimeout;
  lifetime.setDeadline(limit, () => fail(TransportError.timeout("handshake", limit)));
  return lifetime;
}
