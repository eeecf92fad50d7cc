import type { SseHandlerName } from "hpx-transport/sse";

/** A source, checked: see `SourceConfig` for its options. */
export interface SourceSettings {
  readonly name: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly handler: SseHandlerName;
  readonly numeric: boolean;
  readonly ids: boolean;
  readonly pair: boolean;
  readonly start: string;
  readonly idleTimeout: number;
  readonly connectsPerOrigin: number;
  /** Of everything above but the secrets: members of a group rank only for sources that they know alike. */
  readonly fingerprint: string;
}
