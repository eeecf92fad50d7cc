import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { explainTls } from "../../tls-failure.js";
import type { Tls } from "./tls.js";

/** Where a connection leads. */
export interface Target {
  readonly secure: boolean;
  /** A name or an address, an IPv6 one without its brackets. */
  readonly host: string;
  readonly port: number;
}

/** A connection on its way, or made: there is a hold on it at any moment. */
export interface Dialing {
  destroy(): void;
  /** What broke it. */
  readonly errored: Error | null;
}

/** Gets the connection, or why there is none; called once at most, never before the call that dials has returned. */
export type Dialed = (error: Error | null, socket: Socket | null) => void;

/** Gets what a connection brings. */
export interface ByteReceiver {
  /** Bytes that were read: the receiver's until it returns, to change as well. */
  onBytes(bytes: Uint8Array): void;
  /** The peer sends nothing more. */
  onEnd(): void;
  /** The connection is gone. */
  onClose(): void;
}

/**
 * Opens a connection to `target`, TLS included, offering the protocols `alpn`. What it brings goes to `receiver`, where
 * there is one; else it is read from the socket by whom it is given to.
 */
export type Dial = (target: Target, alpn: readonly string[], dialed: Dialed, receiver?: ByteReceiver) => Dialing;

/** The target of an http or https URL. */
export function targetOf(url: URL): Target {
  const secure = url.protocol === "https:";
  return { secure, host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port) || (secure ? 443 : 80) };
}

/** The direct way. */
export function dialDirectly(tls: Tls): Dial {
  return (target, alpn, dialed, receiver) =>
    target.secure ? startTls(target, tls, alpn, undefined, dialed, receiver) : startTcp(target, dialed, receiver);
}

/** TCP keep-alive that finds a peer that vanished, in milliseconds of silence before the first probe. */
const KEEP_ALIVE_DELAY = 15_000;

// Node's own 250 ms give up on addresses that are merely far away.
const addressOptions = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 1000 };

/**
 * What sockets with a receiver read into, one after the other: it stays in the processor's cache, where a new buffer for
 * each read costs more than all the rest of reading. Made at the first use.
 */
let readBuffer: Uint8Array | undefined;

function startTcp({ host, port }: Target, dialed: Dialed, receiver: ByteReceiver | undefined): Socket {
  // The type does not know that a socket is a stream with its options.
  const options = { ...addressOptions, host, port, highWaterMark: 65_536 };
  if (receiver === undefined) {
    const socket = connectTcp(options);
    settle(socket, "connect", dialed);
    return socket;
  }
  const buffer = (readBuffer ??= new Uint8Array(65_536));
  const callback = (length: number): boolean => {
    receiver.onBytes(buffer.subarray(0, length));
    return true;
  };
  const socket = connectTcp({ ...options, onread: { buffer, callback } });
  settle(socket, "connect", dialed);
  tellEnd(socket, receiver);
  return socket;
}

/** Gives what `socket` brings to `receiver`. */
export function deliver(socket: Socket, receiver: ByteReceiver): void {
  socket.on("data", (bytes) => receiver.onBytes(bytes));
  tellEnd(socket, receiver);
}

function tellEnd(socket: Socket, receiver: ByteReceiver): void {
  socket.on("end", () => receiver.onEnd());
  socket.on("close", () => receiver.onClose());
}

/** TLS with `target`, over a TCP connection of its own or over `tunnel`. */
export function startTls(
  target: Target,
  tls: Tls,
  alpn: readonly string[],
  tunnel: Socket | undefined,
  dialed: Dialed,
  receiver?: ByteReceiver,
): TLSSocket {
  const { host, port } = target;
  const name = tls.servername ?? host;
  const server = `${host}:${port}/${name}/${alpn.join()}`;
  const session = tls.sessionFor(server);
  const options = {
    ...addressOptions,
    host,
    port,
    highWaterMark: 16_384,
    secureContext: tls.context,
    ALPNProtocols: [...alpn],
    // An address is no server name for SNI; it is compared with the certificate all the same.
    ...(tls.servername !== undefined || isIP(host) === 0 ? { servername: name } : {}),
    ...(tls.rejectUnauthorized !== undefined && { rejectUnauthorized: tls.rejectUnauthorized }),
    ...(session !== undefined && { session }),
    ...(tunnel !== undefined && { socket: tunnel }),
  };
  const socket = connectTls(options);
  // Node gives a session only after it verified the certificate and the name.
  socket.on("session", (ticket: Buffer) => {
    tls.keepSession(server, ticket);
  });
  settle(socket, "secureConnect", (error, connected) => {
    if (error === null) {
      if (receiver !== undefined) deliver(socket, receiver);
      dialed(null, connected);
    } else {
      tls.dropSession(server);
      dialed(explainTls(error, { name, field: tls.field }), null);
    }
  });
  return socket;
}

/** Sets `socket` up, and tells once what became of it. */
function settle(socket: Socket, ready: "connect" | "secureConnect", dialed: Dialed): void {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_DELAY);
  // Both listeners go with the first of them: a connection that waits keeps nothing of how it was made.
  const onReady = (): void => {
    socket.off("error", onError);
    dialed(null, socket);
  };
  const onError = (error: Error): void => {
    socket.off(ready, onReady);
    dialed(error, null);
  };
  // It stays: an error while nobody else listens must not end the process.
  socket.on("error", destroyWith);
  socket.once(ready, onReady);
  socket.once("error", onError);
}

/** Node leaves a socket open after an alert, and undici would take the end that follows for the reason. */
function destroyWith(this: Socket, error: Error): void {
  this.destroy(error);
}
