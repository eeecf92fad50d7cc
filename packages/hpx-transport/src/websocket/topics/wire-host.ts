import type { Outbox } from "../link/outbox.js";
import type { Hooks } from "../protocol/hooks.js";
import type { Deadlines } from "../requests/deadlines.js";
import type { Registry } from "./registry.js";
import type { Sequences } from "./sequences.js";

/** What one socket needs to keep the server's subscriptions as they are wanted. */
export interface WireHost {
  readonly hooks: Hooks;
  readonly outbox: Outbox;
  readonly deadlines: Deadlines;
  readonly registry: Registry;
  readonly sequences: Sequences;
  readonly subscribeTimeout: number;
  /** Topics that an earlier socket delivered: they may be resumed. */
  readonly earlier: ReadonlySet<string>;
  /** The topic is subscribed to after its last message: nothing will be missing. */
  readonly onResumed: (topic: string) => void;
  /** A hook threw. */
  readonly onFailure: (error: unknown) => void;
  /** Every topic that was wanted when the socket was ready is acknowledged or has failed. */
  readonly onFirstPass: () => void;
}
