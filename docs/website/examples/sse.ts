// An example for each option whose type does not make one obvious: the page of all options shows these properties as they
// are written here, and the compiler checks them. The object of an interface may leave out what the build can make itself:
// switches, durations, choices and counts.
import { readFileSync } from "node:fs";
import { lookup } from "node:dns";
import { rootCertificates } from "node:tls";
import { metrics, propagation, trace } from "@opentelemetry/api";
import {
  ApiKeyAuth,
  type ConstantBackoffOptions,
  type ExponentialBackoffOptions,
  type HmacAuthOptions,
} from "hpx-transport";
import { DurableCursor, type DurableOptions, MemoryCursorStore } from "hpx-transport/durable";
import type { EventSourceOptions } from "hpx-transport/eventsource";
import type { FetchOptions } from "hpx-transport/fetch";
import {
  FetchClient,
  type FetchClientOptions,
  type FollowOptions,
  type NodeClientOptions,
  type ProxyOptions,
  type TlsOptions,
} from "hpx-transport/http";
import { openTelemetry, type OpenTelemetryOptions } from "hpx-transport/otel";
import { OpenAiSseHandler, type SseJsonOptions, type SseOptions } from "hpx-transport/sse";
import type {
  FaultProxyOptions,
  MockSseServerOptions,
  MockTlsOptions,
  RandomFaultsOptions,
} from "hpx-transport/testing";
import type { EventParserOptions, EventStreamOptions, JsonStreamOptions } from "sseer";

const cancel = new AbortController();
const process = { env: { API_KEY: "key", API_SECRET: "secret", PROXY_PASSWORD: "password" } };

export const connection = {
  url: "https://example.com/trades",
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: () => JSON.stringify({ symbols: ["BTC-USD"], from: Date.now() }),
  auth: ApiKeyAuth.header("X-Api-Key", process.env.API_KEY),
  client: new FetchClient(),
  fetch: (input, init) => globalThis.fetch(input, init),
  handler: () => new OpenAiSseHandler(),
  signal: cancel.signal,
  logger: console,
  telemetry: openTelemetry(),
  name: "trades",
  cursor: new DurableCursor({ name: "trades", store: new MemoryCursorStore() }),
  lastEventId: "41",
  idleTimeout: 45_000,
  maxEventSize: 64 * 1024 * 1024,
  bufferSize: 4 * 1024 * 1024,
  overflow: "drop-oldest",
  reconnect: { initialDelay: 500, maxAttempts: 20 },
} satisfies SseOptions;

export const json = {
  onInvalid: "skip",
  parse: (text) => JSON.parse(text),
} satisfies SseJsonOptions;

export const backoff = {
  jitter: 0.5,
  maxAttempts: 20,
  random: () => 0.5,
} satisfies ExponentialBackoffOptions;

export const constant = {
  jitter: 0.5,
  maxAttempts: 20,
  random: () => 0.5,
} satisfies ConstantBackoffOptions;

export const hmac = {
  recipe: "binance",
  secret: process.env.API_SECRET,
  key: process.env.API_KEY,
  keyIn: { header: "X-Api-Key" },
  passphrase: "the passphrase of the key",
  passphraseIn: { header: "X-Passphrase" },
  hash: "SHA-512",
  encoding: "base64",
  signatureIn: { query: "signature" },
  timestampIn: { header: "X-Timestamp" },
  timestampFormat: "iso",
  message: ({ timestamp, method, path, body }) => [timestamp, method, path, body],
  clockOffset: 250,
  now: () => Date.now(),
} satisfies HmacAuthOptions;

export const node = {
  tls: { ca: readFileSync("ca.pem") },
  proxy: "http://proxy.example:3128",
  socketPath: "/run/feed.sock",
  lookup: (host, options, callback) => lookup(host, { ...options, verbatim: true }, callback),
  localAddress: "192.0.2.1",
  family: 4,
} satisfies NodeClientOptions;

export const fetchClient = {
  fetch: (input, init) => globalThis.fetch(input, init),
} satisfies FetchClientOptions;

export const follow = {
  onHop: ({ from, to }) => console.log(from.origin, "redirects to", to.origin),
} satisfies FollowOptions;

export const proxy = {
  url: "http://proxy.example:3128",
  username: "feed",
  password: process.env.PROXY_PASSWORD,
  tls: { ca: readFileSync("proxy-ca.pem") },
} satisfies ProxyOptions;

export const tls = {
  ca: [...rootCertificates, readFileSync("ca.pem")],
  cert: readFileSync("client.pem"),
  key: readFileSync("client-key.pem"),
  passphrase: "the passphrase of the key",
  servername: "feed.example.com",
} satisfies TlsOptions;

export const otel = {
  tracer: trace.getTracer("feeds"),
  meter: metrics.getMeter("feeds"),
  propagator: propagation,
} satisfies OpenTelemetryOptions;

export const durable = {
  name: "trades",
  store: new MemoryCursorStore(),
  continuity: { sequence: ({ data }) => JSON.parse(data).sequence },
  onGap: (gap) => console.log("events are missing", gap),
} satisfies DurableOptions;

export const eventSource = {
  shouldRetry: (error) => error.retryable && error.code !== "SSE_INVALID_STATUS",
} satisfies EventSourceOptions;

export const fetchOptions = {
  handler: "openai",
  responseTimeout: 120_000,
  reconnect: { maxAttempts: 3 },
  openTimeout: 30_000,
} satisfies FetchOptions;

export const faults = {
  seed: 42,
  faults: ["cut", "reset", "split"],
  healthy: 0.5,
} satisfies RandomFaultsOptions;

export const faultProxy = {
  target: "http://127.0.0.1:8080/",
  port: 8081,
} satisfies FaultProxyOptions;

export const mock = {
  port: 8080,
  tls: { key: readFileSync("key.pem"), cert: readFileSync("cert.pem") },
  headers: { "Cache-Control": "no-store" },
} satisfies MockSseServerOptions;

export const mockTls = {
  key: readFileSync("key.pem"),
  cert: readFileSync("cert.pem"),
} satisfies MockTlsOptions;

export const parser = {
  maxEventSize: 64 * 1024,
  lastEventId: "41",
  createEvent: (event, data, id, retry) => ({ event, data, id, ...(retry !== undefined && { retry }) }),
} satisfies EventParserOptions;

export const stream = {
  onComment: (text) => console.log("comment", text),
  onRetry: (milliseconds) => console.log("reconnect after", milliseconds),
} satisfies EventStreamOptions;

export const jsonStream = {
  onInvalid: "skip",
  parse: (text) => JSON.parse(text),
  onSkip: (error) => console.log("skipped", error.event),
} satisfies JsonStreamOptions;
