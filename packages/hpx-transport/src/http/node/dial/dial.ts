// The modules' objects, not their exports: tools that mock connections in tests (nock, msw) replace `connect` there.
import net, { isIP, type Socket } from "node:net";
import tlsModule, { type TLSSocket } from "node:tls";
import { explainTls } from "../../tls-failure.js";
import type { AddressOptions } from "./address.js";
import type { Tls } from "./tls.js";

/** Where a connection leads. */
export interface Target {
  readonly secure: boolean;
  /** A name or an address, an IPv6 one without its brackets. */
  readonly host: string;
  readonly port: number;
  /** A proxy is to be asked for a tunnel also where there is no TLS. */
  readonly tunnel?: boolean;
  /**
   * Without TLS and without a slot: the socket reads into the buffer that all sockets share, and streams copies. It is a stream as
   * any other, and spares the 64 KiB that Node allocates for each read.
   */
  readonly copies?: boolean;
}

/** A pending or open connection, which can be destroyed at any time. */
export interface PendingSocket {
  destroy(): void;
}

/** Gets the connection, or why there is none; called once at most, never before the call that dials has returned. */
export type DialCallback = (error: Error | null, socket: Socket | null) => void;

/** Gets what a connection brings. */
export interface ByteReceiver {
  /** Bytes that were read: the receiver's until it returns, to change as well. */
  onBytes(bytes: Uint8Array): void;
  /** The peer sends nothing more. */
  onEnd(): void;
  /** The connection is gone. */
  onClose(): void;
}

/** Holds the receiver of a connection, which changes as the connection goes on. */
export interface ReceiverSlot {
  receiver: ByteReceiver;
}

/**
 * Opens a connection to `target`, TLS included, offering the protocols `alpn`. What it brings goes to the receiver in
 * `slot`; without a slot it is read from the socket by the caller.
 */
export type Dial = (
  target: Target,
  alpn: readonly string[],
  dialed: DialCallback,
  slot?: ReceiverSlot,
) => PendingSocket;

/** The target of an http or https URL. */
export function targetOf(url: URL): Target {
  const secure = url.protocol === "https:";
  return { secure, host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port) || (secure ? 443 : 80) };
}

/** The direct way. */
export function dialDirectly(tls: Tls, address: AddressOptions): Dial {
  return (target, alpn, dialed, slot) =>
    target.secure ? startTls({ target, tls, alpn, address }, dialed, slot) : startTcp(target, address, dialed, slot);
}

/** TCP keep-alive that finds a peer that vanished, in milliseconds of silence before the first probe. */
const KEEP_ALIVE_DELAY = 15_000;

/**
 * The buffer that all sockets with a slot read into, one after the other: it stays in the processor's cache, where a new
 * buffer for each read costs more than all the rest of reading. Made at the first use.
 */
let readBuffer: Uint8Array | undefined;

function startTcp(
  { host, port, copies = false }: Target,
  address: AddressOptions,
  dialed: DialCallback,
  slot: ReceiverSlot | undefined,
): Socket {
  // The type does not know that a socket is a stream with its options.
  const options = { ...address, host, port, highWaterMark: 65_536 };
  if (slot === undefined) {
    const onread = { buffer: sharedBuffer(), callback: streamCopy };
    const socket = net.connect(copies ? { ...options, onread } : options);
    settle(socket, "connect", dialed);
    return socket;
  }
  const buffer = sharedBuffer();
  const callback = (length: number): boolean => {
    slot.receiver.onBytes(buffer.subarray(0, length));
    return true;
  };
  const socket = net.connect({ ...options, onread: { buffer, callback } });
  settle(socket, "connect", dialed);
  // A socket that a test made has no `onread` and gives "data" instead; one with `onread` never does.
  deliver(socket, slot);
  return socket;
}

function sharedBuffer(): Uint8Array {
  return (readBuffer ??= new Uint8Array(65_536));
}

/**
 * Streams what was read into the shared buffer, as a copy of its size. Node calls it as a method of the socket, so that thousands
 * of sockets need no function of their own.
 */
function streamCopy(this: unknown, length: number, buffer: Uint8Array): boolean {
  const socket = this as Socket;
  const bytes = Buffer.allocUnsafe(length);
  bytes.set(buffer.subarray(0, length));
  // A stream that flows and holds nothing emits what is pushed at once. It also looks in a later turn whether it should read
  // on, which a socket does anyway.
  if (socket.readableFlowing !== true || socket.readableLength > 0) return socket.push(bytes);
  socket.emit("data", bytes);
  return true;
}

/** Gives what `socket` brings to the receiver in `slot`. */
export function deliver(socket: Socket, slot: ReceiverSlot): void {
  socket.on("data", (bytes) => slot.receiver.onBytes(bytes));
  socket.on("end", () => slot.receiver.onEnd());
  socket.on("close", () => slot.receiver.onClose());
}

/** How TLS is started: over a socket of its own, opened as `address` says, or over `tunnel`. */
interface TlsStart {
  readonly target: Target;
  readonly tls: Tls;
  readonly alpn: readonly string[];
  readonly address?: AddressOptions;
  readonly tunnel?: Socket;
}

/** TLS with a target, over a TCP connection of its own or over a tunnel. */
export function startTls(
  { target, tls, alpn, address, tunnel }: TlsStart,
  dialed: DialCallback,
  slot?: ReceiverSlot,
): TLSSocket {
  const { host, port } = target;
  // RFC 6066, section 3: without the dot that ends a name which is already complete.
  const name = tls.servername ?? host.replace(/\.$/, "");
  const server = `${host}:${port}/${name}/${alpn.join()}`;
  const session = tls.sessionFor(server);
  const options = {
    ...address,
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
  const socket = tlsModule.connect(options);
  // Node gives a session only after it verified the certificate and the name.
  socket.on("session", (ticket: Buffer) => {
    tls.keepSession(server, ticket);
  });
  settle(socket, "secureConnect", (error, connected) => {
    if (error === null) {
      if (slot !== undefined) deliver(socket, slot);
      dialed(null, connected);
    } else {
      tls.dropSession(server);
      dialed(explainTls(error, { name, field: tls.field, alpn }), null);
    }
  });
  return socket;
}

/** Sets `socket` up, and calls `dialed` once when it is ready or failed. */
function settle(socket: Socket, ready: "connect" | "secureConnect", dialed: DialCallback): void {
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
  // It stays: an error without a listener would end the process.
  socket.on("error", destroyWith);
  socket.once(ready, onReady);
  socket.once("error", onError);
}

/** Node leaves a socket open after an alert; destroyed with it, the socket keeps the alert as the reason. */
function destroyWith(this: Socket, error: Error): void {
  this.destroy(error);
}
