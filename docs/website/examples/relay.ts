// Examples of the options of the relay. Those of its file are YAML as well: the page shows them as lines of the file.
import {
  type DefaultsConfig,
  type GroupConfig,
  type LogServerOptions,
  type NatsLogOptions,
  type RelayConfig,
  type SourceConfig,
  type StreamConfig,
  type VerifyOptions,
  openLog,
} from "hpx-relay";

export const relay = {
  id: "relay-1",
  log: "nats://a.example.com:4222,nats://b.example.com:4222,nats://c.example.com:4222",
  stream: { name: "RELAY", maxAge: "30d" },
  group: { name: "prod", ttl: "5s" },
  status: "127.0.0.1:9100",
  defaults: { idleTimeout: "30s", connectsPerOrigin: 20 },
  sources: {
    fills: { url: "https://example.com/fills", continuity: "numeric" },
    news: { url: "https://example.com/news" },
  },
} satisfies RelayConfig;

export const source = {
  url: "https://example.com/fills",
  headers: { "X-Api-Key": "$KEY" },
  handler: "wikimedia",
  continuity: "numeric",
  ids: "none",
  start: { after: "41" },
  idleTimeout: "30s",
} satisfies SourceConfig;

export const stream = {
  maxAge: "30d",
  name: "FEEDS",
  subject: "feeds.{source}.events",
  replicas: 3,
} satisfies StreamConfig;

export const group = {
  name: "prod",
  ttl: "5s",
  weight: 2,
  maxSources: 500,
} satisfies GroupConfig;

export const defaults = {
  idleTimeout: "30s",
  start: { after: "41" },
  connectsPerOrigin: 20,
} satisfies DefaultsConfig;

export const nats = {
  servers: ["nats://127.0.0.1:4222"],
  user: "relay",
  password: process.env["NATS_PASSWORD"],
  token: process.env["NATS_TOKEN"],
  name: "RELAY",
  subject: "feed.{source}",
  replicas: 3,
  maxAge: 7 * 86_400_000,
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
