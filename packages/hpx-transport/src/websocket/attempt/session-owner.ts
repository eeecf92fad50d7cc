import type { WsConnectInfo } from "../protocol/handler.js";
import type { SocketEnd } from "../socket/backend.js";
import type { Session } from "./session.js";

/** The attempt that a session belongs to. Its methods may throw what a hook threw. */
export interface SessionOwner {
  /** Something has to be exchanged before the session is ready. */
  onGreeting(): void;
  /** The session is open and authenticated. */
  onReady(session: Session, info: WsConnectInfo): void;
  /** Every topic that was wanted when the session was ready is decided. */
  onFirstPass(session: Session): void;
  /** A message was delivered; `useful`: it was an update or a response. */
  onDelivered(useful: boolean): void;
  /** The server is about to close, as planned. */
  onPlanned(session: Session): void;
  /** The socket ended by itself. */
  onEnd(session: Session, end: SocketEnd): void;
  /** The session cannot go on. */
  onFailure(session: Session, error: unknown): void;
  /** The handler says that nothing more will come. */
  onComplete(): void;
}

/** How a session's socket is given up: by a close frame, or at once. */
export type Farewell = { readonly code: number; readonly reason: string } | "abort";
