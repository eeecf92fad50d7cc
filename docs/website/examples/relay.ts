// Examples of the options of the relay.
import type { NatsLogOptions, VerifyOptions } from "hpx-relay";

export const nats = {
  group: { name: "relays", ttl: 15_000 },
} satisfies Partial<NatsLogOptions>;

export const verify = {
  source: "trades",
  since: "41",
  numeric: new Set(["trades"]),
  signal: AbortSignal.timeout(60_000),
} satisfies VerifyOptions;
