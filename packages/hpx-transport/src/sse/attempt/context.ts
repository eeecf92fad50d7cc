import type { HttpClient } from "../../http/client.js";
import type { Observers } from "../../observe/observers.js";
import type { Channel } from "../../connection/channel.js";
import type { SseConfig } from "../config/config.js";
import type { Counters } from "../../connection/counters.js";
import type { Cursor } from "../../connection/position.js";
import type { Hooks } from "../protocol/hooks.js";
import type { SseConnectInfo } from "../protocol/handler.js";
import type { SseLoss, SseVerdict } from "../protocol/verdict.js";

/** What an attempt works with; it belongs to the connection and outlives the attempt. */
export interface AttemptContext {
  readonly config: SseConfig;
  readonly client: HttpClient;
  readonly hooks: Hooks;
  readonly channel: Channel;
  readonly cursor: Cursor;
  readonly counters: Counters;
  /** The response was accepted; events follow. Returns what the handler makes of it. */
  onAccepted(info: Omit<SseConnectInfo, "attempt">): SseVerdict | undefined;
  /** Whether the request may be sent again, as things stand. */
  isResendable(): boolean;
  /** The handler saw that events were lost. */
  onLost(lost: SseLoss): void;
  /** The server set the reconnection time. */
  onRetry(milliseconds: number): void;
  readonly observers: Observers;
  /** Which attempt in a row it is, from 1. */
  readonly attempt: number;
}
