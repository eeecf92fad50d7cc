// As sse.ts, for WebSockets and the stores of positions.
import { readFileSync } from "node:fs";
import { ApiKeyAuth } from "hpx-transport";
import type { TableOptions } from "hpx-transport/durable/postgres";
import type { RedisCursorOptions } from "hpx-transport/durable/redis";
import { NodeClient } from "hpx-transport/http";
import { openTelemetry } from "hpx-transport/otel";
import type { MockWsServerOptions } from "hpx-transport/testing";
import {
  type BinanceWsOptions,
  type BybitWsOptions,
  type CoinbaseWsOptions,
  type DeribitWsOptions,
  type GenericJsonOptions,
  GenericJsonHandler,
  type GraphQlTransportWsOptions,
  type JsonRpcOptions,
  type KrakenWsOptions,
  type OkxWsOptions,
  type SocketBackend,
  type WsOptions,
  type WsRequestOptions,
  type WsSubscribeOptions,
} from "hpx-transport/websocket";

const cancel = new AbortController();
const process = { env: { API_KEY: "key", API_SECRET: "secret", PASSPHRASE: "passphrase" } };
declare const mySockets: SocketBackend;
declare function freshToken(): Promise<string>;

export const connection = {
  url: "wss://example.com/feed",
  headers: { "User-Agent": "desk/1.0" },
  protocols: ["v2.feed.example"],
  auth: ApiKeyAuth.header("X-Api-Key", process.env.API_KEY),
  client: new NodeClient({ proxy: "http://proxy.example.com:3128" }),
  socket: mySockets,
  handler: () => new GenericJsonHandler(),
  signal: cancel.signal,
  logger: console,
  telemetry: openTelemetry(),
  name: "feed",
  dataTimeout: 30_000,
  idleTimeout: 45_000,
  maxMessageSize: 64 * 1024 * 1024,
  bufferSize: 4 * 1024 * 1024,
  sendBufferSize: 4 * 1024 * 1024,
  overflow: "drop-oldest",
  reconnect: { initialDelay: 500, maxAttempts: 20 },
} satisfies WsOptions;

export const request = {
  signal: cancel.signal,
  schema: { "~standard": { version: 1, vendor: "mine", validate: (value) => ({ value }) } },
} satisfies WsRequestOptions;

export const subscription = {
  eventCapacity: 10_000,
  overflow: "keep-latest",
  signal: cancel.signal,
} satisfies WsSubscribeOptions;

export const genericJson = {
  id: "req_id",
  topic: "channel",
  data: "payload",
  result: "result",
  error: "error",
  errorCode: "error.number",
  subscribe: (topics, id) => ({ req_id: id, method: "subscribe", channels: topics }),
  unsubscribe: (topics, id) => ({ req_id: id, method: "unsubscribe", channels: topics }),
  ping: { op: "ping" },
  isHeartbeat: (message) => typeof message === "object" && message !== null && "pong" in message,
} satisfies GenericJsonOptions;

export const jsonRpc = {
  dialect: "ethereum",
  subscribe: (topic) => ({ method: "eth_subscribe", params: [topic] }),
  unsubscribe: (id) => ({ method: "eth_unsubscribe", params: [id] }),
} satisfies JsonRpcOptions;

export const binance = { messagesPerSecond: 10, topicsPerConnection: 200 } satisfies BinanceWsOptions;

export const bybit = {
  credentials: { apiKey: process.env.API_KEY, secret: process.env.API_SECRET },
  topicsPerMessage: 10,
} satisfies BybitWsOptions;

export const coinbase = { jwt: () => freshToken() } satisfies CoinbaseWsOptions;

export const deribit = {
  credentials: { client_id: process.env.API_KEY, client_secret: process.env.API_SECRET },
  heartbeat: 30_000,
} satisfies DeribitWsOptions;

export const graphQl = {
  connectionParams: async () => ({ token: await freshToken() }),
} satisfies GraphQlTransportWsOptions;

export const kraken = {
  token: () => freshToken(),
  params: { book: { depth: 25 } },
} satisfies KrakenWsOptions;

export const okx = {
  credentials: { apiKey: process.env.API_KEY, secret: process.env.API_SECRET, passphrase: process.env.PASSPHRASE },
} satisfies OkxWsOptions;

export const mockWsServer = {
  port: 8080,
  tls: { key: readFileSync("server.key"), cert: readFileSync("server.crt") },
  headers: { "X-Served-By": "test" },
  recordedConnections: 100,
  recordedBytes: 1024 * 1024,
} satisfies MockWsServerOptions;

export const table = { table: "app.positions" } satisfies TableOptions;

export const redis = { prefix: "app:position:" } satisfies RedisCursorOptions;
