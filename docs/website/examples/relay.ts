// Examples of the options of the relay.
import { type LogServerOptions, type NatsLogOptions, openLog, type VerifyOptions } from "hpx-relay";

export const nats = {
  group: { name: "relays", ttl: 15_000 },
} satisfies Partial<NatsLogOptions>;

export const verify = {
  source: "trades",
  since: "41",
  numeric: new Set(["trades"]),
  signal: AbortSignal.timeout(60_000),
} satisfies VerifyOptions;

export const serve = {
  log: await openLog({ kind: "sqlite", path: "relay.db", maxAge: 0 }, { readOnly: true }),
  sources: ["trades", "quotes"],
  host: "0.0.0.0",
  port: 8080,
  start: "earliest",
  maxClients: 5000,
  bufferSize: 64 * 1024,
  slowTimeout: "10s",
  heartbeat: "5s",
  retry: "500ms",
  pollInterval: "20ms",
  allowOrigins: ["https://app.example.com"],
  logger: console,
} satisfies LogServerOptions;
