import type { AttemptHost } from "../../connection/attempt.js";
import type { Channel } from "../../connection/channel.js";
import type { Counters } from "../../connection/counters.js";
import type { Position } from "../../connection/position.js";
import type { HttpClient } from "../../http/client.js";
import type { Observers } from "../../observe/observers.js";
import type { SseConfig } from "../config/config.js";
import type { SseEvent } from "../protocol/event.js";
import type { SseConnectInfo } from "../protocol/handler.js";
import type { Hooks } from "../protocol/hooks.js";
import type { SseLoss } from "../protocol/verdict.js";
import type { CursorLink } from "../cursor/link.js";
import type { ResendGuard } from "./resend.js";

/** The parts of a connection that its attempts share. They outlive the attempt. */
export interface SseContext {
  readonly config: SseConfig;
  readonly client: HttpClient;
  readonly hooks: Hooks;
  readonly observers: Observers;
  readonly channel: Channel<SseEvent>;
  readonly position: Position;
  readonly counters: Counters;
  readonly resend: ResendGuard;
  /** The caller's cursor, if there is one. */
  readonly cursor: CursorLink | undefined;
  /** Milliseconds to the response's headers: the option, or the handler's own. */
  readonly responseTimeout: number;
  /** The request may be sent again, as things stand. */
  readonly isResendable: () => boolean;
  /** The handler saw that events were lost. */
  readonly onLost: (lost: SseLoss) => void;
}

/** The loop, as an attempt sees it. */
export type SseAttemptHost = AttemptHost<Omit<SseConnectInfo, "attempt">>;
