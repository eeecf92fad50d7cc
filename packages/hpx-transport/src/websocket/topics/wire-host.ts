import type { WsSettings } from "../config/options.js";
import type { Outbox } from "../link/outbox.js";
import type { Hooks } from "../protocol/hooks.js";
import type { Deadlines } from "../requests/deadlines.js";
import type { Feed } from "./feed.js";
import type { Registry } from "./registry.js";

/** What one socket needs to keep the server's subscriptions as they are wanted. */
export interface WireHost {
  readonly outbox: Outbox;
  readonly context: {
    readonly settings: Pick<WsSettings, "subscribeTimeout">;
    readonly hooks: Hooks;
    readonly deadlines: Deadlines;
    readonly registry: Registry;
    readonly feed: Feed;
  };
  /** A hook threw. */
  onFailure(error: unknown): void;
  /** Every topic that was wanted when the socket was ready is acknowledged or has failed. */
  onFirstPass(): void;
}
