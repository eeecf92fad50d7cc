import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { explainTls } from "./tls-failure.js";
import type { Tls } from "./undici-tls.js";

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

/** Opens a connection to `target`, TLS included, offering the protocols `alpn`. */
export type Dial = (target: Target, alpn: readonly string[], dialed: Dialed) => Dialing;

/** The target of an http or https URL. */
export function targetOf(url: URL): Target {
  const secure = url.protocol === "https:";
  return { secure, host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port) || (secure ? 443 : 80) };
}

/** The direct way. */
export function dialDirectly(tls: Tls): Dial {
  return (target, alpn, dialed) =>
    target.secure ? startTls(target, tls, alpn, undefined, dialed) : startTcp(target, dialed);
}

/** TCP keep-alive that finds a peer that vanished, in milliseconds of silence before the first probe. */
const KEEP_ALIVE_DELAY = 15_000;

// Node's own 250 ms give up on addresses that are merely far away.
const addressOptions = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 1000 };

function startTcp({ host, port }: Target, dialed: Dialed): Socket {
  // The type does not know that a socket is a stream with its options.
  const options = { ...addressOptions, host, port, highWaterMark: 65_536 };
  const socket = connectTcp(options);
  settle(socket, "connect", dialed);
  return socket;
}

/** TLS with `target`, over a TCP connection of its own or over `tunnel`. */
export function startTls(
  target: Target,
  tls: Tls,
  alpn: readonly string[],
  tunnel: Socket | undefined,
  dialed: Dialed,
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
    if (error === null) dialed(null, connected);
    else {
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
  let told = false;
  const tell: Dialed = (...outcome) => {
    if (!told) dialed(...outcome);
    told = true;
  };
  socket.once(ready, () => tell(null, socket));
  // It stays: an error while nobody else listens must not end the process.
  socket.on("error", (error) => {
    // Node leaves a socket open after an alert, and undici would take the end that follows for the reason.
    socket.destroy(error);
    tell(error, null);
  });
}
