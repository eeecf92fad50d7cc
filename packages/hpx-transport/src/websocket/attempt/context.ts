import type { AttemptHost } from "../../connection/attempt.js";
import type { Observers } from "../../observe/observers.js";
import type { WsSettings } from "../config/options.js";
import type { WsConnectInfo } from "../protocol/handler.js";
import type { Hooks } from "../protocol/hooks.js";
import type { Deadlines } from "../requests/deadlines.js";
import type { Requests } from "../requests/requests.js";
import type { SocketBackend } from "../socket/backend.js";
import type { WsCounters } from "../stats.js";
import type { Feed } from "../topics/feed.js";
import type { Registry } from "../topics/registry.js";
import type { StreamInbox } from "../topics/stream-inbox.js";
import type { Session } from "./session.js";
import type { Sessions } from "./sessions.js";
import type { Troubles } from "./troubles.js";

/**
 * The parts of a connection that its attempts share. They outlive the attempt. Some are made at their first use: most
 * connections that only listen need no requests, no topics and no queue.
 */
export interface WsContext {
  readonly settings: WsSettings;
  readonly backend: SocketBackend;
  readonly hooks: Hooks;
  readonly observers: Observers;
  readonly counters: WsCounters;
  readonly deadlines: Deadlines;
  readonly requests: Requests;
  readonly registry: Registry;
  readonly feed: Feed;
  readonly sessions: Sessions;
  /** The connection's own stream: what no subscription claims. */
  readonly stream: StreamInbox;
  readonly troubles: Troubles;
  /** Something was or is subscribed to. */
  readonly hasTopics: boolean;
  /** A buffer is full. */
  readonly isPaused: boolean;
  /** The close frame that the user asked for. */
  readonly farewell: { readonly code: number; readonly reason: string } | undefined;
  /** Every topic that was wanted when a session was ready is decided. */
  onFirstPass(): void;
  /** The connection is useful: errors are forgiven once more. */
  onUseful(): void;
  /** The user's messages go out on `session` from now on. */
  useSession(session: Session): void;
  /** The outbox of a session has more room. */
  onRoom(): void;
  /** The session is over, its socket closes: what waits for it is lost. */
  onSessionOver(session: Session, gone: Promise<void>, cause: unknown): void;
}

/** The loop, as an attempt sees it. */
export type WsAttemptHost = AttemptHost<Omit<WsConnectInfo, "attempt">>;
