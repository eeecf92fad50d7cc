import type { HttpClient } from "../http/http-client.js";
import type { Channel } from "./channel.js";
import type { SseConfig } from "./config.js";
import type { Counters } from "./counters.js";
import type { Cursor } from "./cursor.js";
import type { Hooks } from "./hooks.js";
import type { SseConnectInfo } from "./protocol.js";
import type { SseEvent } from "./types.js";

/** What an attempt works with; it belongs to the connection and outlives the attempt. */
export interface AttemptContext {
  readonly config: SseConfig;
  readonly client: HttpClient;
  readonly hooks: Hooks;
  readonly channel: Channel;
  readonly cursor: Cursor;
  readonly counters: Counters;
  /** The response was accepted; events follow. */
  onAccepted(info: Omit<SseConnectInfo, "attempt">): void;
  /** The server set the reconnection time. */
  onRetry(milliseconds: number): void;
  /** An event was received, for whoever logs it. */
  readonly onEvent: ((event: SseEvent) => void) | undefined;
}
