import type { AttemptHost } from "../../connection/attempt.js";
import type { Observers } from "../../observe/observers.js";
import type { WsSettings } from "../config/options.js";
import type { WsConnectInfo } from "../protocol/handler.js";
import type { Hooks } from "../protocol/hooks.js";
import type { Deadlines } from "../requests/deadlines.js";
import type { Requests } from "../requests/requests.js";
import type { Sends } from "../requests/sends.js";
import type { SocketBackend } from "../socket/backend.js";
import type { WsCounters } from "../stats.js";
import type { Feed } from "../topics/feed.js";
import type { Pressure } from "../topics/pressure.js";
import type { Registry } from "../topics/registry.js";
import type { StreamInbox } from "../topics/stream-inbox.js";
import type { FirstPass, Troubles } from "./troubles.js";
import type { Sessions } from "./sessions.js";

/** The parts of a connection that its attempts share. They outlive the attempt. */
export interface WsContext {
  readonly settings: WsSettings;
  readonly backend: SocketBackend;
  readonly hooks: Hooks;
  readonly observers: Observers;
  readonly counters: WsCounters;
  readonly deadlines: Deadlines;
  readonly requests: Requests;
  readonly sends: Sends;
  readonly registry: Registry;
  readonly feed: Feed;
  readonly pressure: Pressure;
  readonly sessions: Sessions;
  /** The connection's own stream: what no subscription claims. */
  readonly stream: StreamInbox;
  readonly troubles: Troubles;
  readonly opening: FirstPass;
  /** A session is ready for the user's messages. */
  readonly onSession: () => void;
  /** The close frame that the user asked for. */
  farewell: { readonly code: number; readonly reason: string } | undefined;
}

/** The loop, as an attempt sees it. */
export type WsAttemptHost = AttemptHost<Omit<WsConnectInfo, "attempt">>;
