import type { SseHandlerName } from "hpx-transport/sse";

/** A source, checked: see `SourceConfig` for its options. */
export interface SourceSettings {
  /** Its name. */
  readonly name: string;
  /** Where its events are. */
  readonly url: URL;
  /** Sent with each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** The rules of a service. */
  readonly handler: SseHandlerName;
  /** Its ids are whole numbers, each one more than the one before. */
  readonly numeric: boolean;
  /** Its events have ids. */
  readonly ids: boolean;
  /** Two relays hear it. */
  readonly pair: boolean;
  /** The id to begin after while the log has nothing of it; empty: with what comes. */
  readonly start: string;
  /** The longest time without a byte, in milliseconds; 0: no limit. */
  readonly idleTimeout: number;
  /** Connects to its origin in a second, over all sources. */
  readonly connectsPerOrigin: number;
  /** Of everything above but the secrets: members of a group rank only for sources that they know alike. */
  readonly fingerprint: string;
}
