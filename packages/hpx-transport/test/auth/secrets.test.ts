import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { expect, onTestFinished, test } from "vitest";
import {
  ApiKeyAuth,
  type Authentication,
  BearerAuth,
  CompositeAuth,
  HmacAuth,
  hmacRecipes,
  TransportError,
} from "../../src/index.js";
import { openTelemetry } from "../../src/observe/otel/index.js";
import {
  type Logger,
  SseConfig,
  SseConnection,
  type SseProtocolHandler,
  type SseTelemetry,
} from "../../src/sse/index.js";
import type { Exchange, Script } from "../../src/testing/index.js";
import { rejection } from "../support/promises.js";
import { drain, prompt, startServer } from "../sse/support.js";

/** Base64, so that it serves those that want that; its letters are found again in no other encoding by chance. */
const planted = "cGxhbnRlZFNlY3JldE51bWJlcjE3";
const bytes = new TextEncoder().encode(planted);

/** Every form in which somebody could read it. */
const forms = [
  planted,
  Buffer.from(planted).toString("base64"),
  Buffer.from(planted).toString("hex"),
  Buffer.from(planted).toString("hex").replaceAll(/../g, "$& ").trim(),
  Buffer.from(planted, "base64").toString("latin1"),
  Buffer.from(planted, "base64").toString("hex"),
  [...bytes].join(","),
  [...bytes].join(", "),
  [...Buffer.from(planted, "base64")].join(", "),
];

/** Where it was looked for and what was there. */
class Evidence {
  readonly #seen: [where: string, text: string][] = [];

  /** Whatever a user could print of `value`, in every way that there is. */
  add(where: string, value: unknown): void {
    const inspected = { depth: Infinity, showHidden: true, maxArrayLength: Infinity, maxStringLength: Infinity };
    this.#seen.push([`inspect of ${where}`, inspect(value, inspected)]);
    const ways: Record<string, () => unknown> = {
      String: () => String(value),
      JSON: () => JSON.stringify(value, allProperties),
      "structured clone": () => inspect(structuredClone(value), inspected),
      "enumerable properties": () => inspect(Object.assign({}, value), inspected),
      stack: () => (value instanceof Error ? value.stack : ""),
    };
    for (const [way, print] of Object.entries(ways)) {
      try {
        this.#seen.push([`${way} of ${where}`, String(print())]);
      } catch (error) {
        // What cannot be cloned or written as JSON must not say why with a secret either.
        this.#seen.push([`${way} of ${where} (refused)`, inspect(error, inspected)]);
      }
    }
    if (value instanceof Error && value.cause !== undefined) this.add(`cause of ${where}`, value.cause);
  }

  get leaks(): string[] {
    return this.#seen.filter(([, text]) => forms.some((form) => text.includes(form))).map(([where]) => where);
  }

  get size(): number {
    return this.#seen.length;
  }
}

/** JSON leaves out an error's message and cause; a logger that writes JSON does not. */
function allProperties(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return Object.fromEntries(Object.getOwnPropertyNames(value).map((name) => [name, Reflect.get(value, name)]));
}

/** A server that repeats all that it was sent, as a careless one does. */
function echo({ request }: Exchange, status: number): Script {
  const said = `${request.method} ${request.url} ${JSON.stringify(request.headers)} ${request.text}`;
  const headers = { "x-echo": said.replaceAll(/[^ -~]/g, "?"), "www-authenticate": `Bearer ${planted}` };
  return { status, headers, body: said };
}

const hmacs = hmacRecipes.flatMap((recipe): [string, Authentication][] => {
  const passphrase = recipe === "okx" || recipe === "coinbase" ? planted : undefined;
  const credentials = { recipe, key: planted, passphrase, clockOffset: () => 0 };
  return [
    [`HmacAuth, ${recipe}, text`, new HmacAuth({ ...credentials, secret: planted })],
    [`HmacAuth, ${recipe}, bytes`, new HmacAuth({ ...credentials, secret: bytes, keyIn: { query: "api_key" } })],
  ];
});

const strategies: [string, Authentication][] = [
  ["ApiKeyAuth.header", ApiKeyAuth.header("X-Api-Key", planted)],
  ["ApiKeyAuth.query", ApiKeyAuth.query("api_key", planted)],
  ["BearerAuth with a token", new BearerAuth(planted)],
  ["BearerAuth with a function", new BearerAuth(async () => planted)],
  ...hmacs,
  [
    "CompositeAuth",
    new CompositeAuth(
      ApiKeyAuth.header("X-Api-Key", planted),
      ApiKeyAuth.query("api_key", planted),
      new BearerAuth(() => planted),
      new HmacAuth({ recipe: "okx", key: planted, secret: planted, passphrase: planted }),
    ),
  ],
];

/** Spans and metrics by the real SDK; `collect` gives all that was exported. */
function startTelemetry(): { telemetry: SseTelemetry; collect: () => Promise<[spans: unknown[], metrics: unknown[]]> } {
  const spans = new InMemorySpanExporter();
  const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: metrics })] });
  onTestFinished(async () => {
    await tracers.shutdown();
    await meters.shutdown();
  });
  const tracer = tracers.getTracer("test");
  const meter = meters.getMeter("test");
  return {
    telemetry: openTelemetry({ tracer, meter, propagator: new W3CTraceContextPropagator() }),
    collect: async () => {
      await meters.forceFlush();
      const exported = spans.getFinishedSpans().map(({ name, attributes, status, events, links, resource }) => {
        return { name, attributes, status, events, links, resource };
      });
      return [exported, metrics.getMetrics()];
    },
  };
}

/** Adds what is published on Node's diagnostics channels. */
function subscribeAll(evidence: Evidence): void {
  for (const name of ["attempt", "connected", "disconnected", "reconnecting", "event", "closed"]) {
    const onMessage = (message: unknown): void => evidence.add(`channel ${name}`, message);
    subscribe(`hpx-transport:sse:${name}`, onMessage);
    onTestFinished(() => void unsubscribe(`hpx-transport:sse:${name}`, onMessage));
  }
}

test.each(strategies)("%s shows no secret in a whole session that fails in every way", async (_name, auth) => {
  const evidence = new Evidence();
  const level =
    (name: keyof Logger) =>
    (fields: object, message: string): void =>
      evidence.add(`logger.${name}`, [fields, message]);
  const logger = { debug: level("debug"), info: level("info"), warn: level("warn"), error: level("error") };
  const { telemetry, collect } = startTelemetry();
  subscribeAll(evidence);
  const errors: string[] = [];
  const handler: SseProtocolHandler = {
    classifyEvent: () => "data",
    onConnect: ({ url }) => evidence.add("onConnect's URL", [url, url.href]),
    onDisconnect: (error) => {
      errors.push(error?.code ?? "none");
      evidence.add("onDisconnect", error);
    },
    onStateChange: (state) => evidence.add("onStateChange", state),
    // Fatal errors, too, so that one session has them all.
    shouldRetry: (error) => {
      evidence.add("shouldRetry", error);
      return errors.length < 10;
    },
  };

  const abroad = await startServer();
  abroad.otherwise(async (exchange) => await exchange.play(echo(exchange, 500)));
  const server = await startServer();
  const back = (to: string) => async (exchange: Exchange) =>
    await exchange.play({ status: 307, headers: { location: to + exchange.request.url.slice(1) } });
  const say =
    (status: number): ((exchange: Exchange) => Promise<void>) =>
    async (exchange) =>
      await exchange.play(echo(exchange, status));
  server.reply(
    say(503),
    { body: "id: 1\ndata: a\n\n", finish: "cut" },
    { head: false, finish: "reset" },
    // A redirect that repeats the query to its own origin; one to another origin, which fails.
    back("/moved/"),
    { body: "id: 2\ndata: b\n\n" },
    { status: 307, headers: { location: `${abroad.url}moved` } },
    { status: 307, headers: { location: "ftp://else.test/" } },
    { status: 200, headers: { "content-type": "text/html" } },
    { body: `data: ${"x".repeat(300)}\n\n` },
    say(403),
  );
  server.otherwise(say(401));

  const config = new SseConfig(`${server.url}s?a=1`, {
    method: "POST",
    resend: true,
    body: "a=1",
    headers: { "X-Caller": planted },
    auth,
    logger,
    telemetry,
    maxEventSize: 200,
    reconnect: prompt,
  });
  const connection = SseConnection.open(config, handler);
  onTestFinished(() => connection.close());
  const printAll = (when: string): void => {
    const { handle, stream } = connection;
    for (const [what, value] of Object.entries({ auth, config, connection, handle, stream })) {
      evidence.add(`${what}, ${when}`, value);
    }
    evidence.add(`state, ${when}`, handle.state);
    evidence.add(`stats, ${when}`, handle.stats);
  };
  printAll("before");
  const opened = connection.opened.then(() => printAll("when opened"));
  const error = await rejection(drain(connection));
  await opened;
  printAll("after");
  evidence.add("what the loop throws", error);

  const [spans, metrics] = await collect();
  expect([spans.length, metrics.length > 0]).toEqual([errors.length + 1, true]);
  evidence.add("spans", spans);
  evidence.add("metrics", metrics);
  expect(errors).toEqual([
    "SSE_INVALID_STATUS",
    "SSE_STREAM_ENDED",
    "CONNECT",
    "SSE_STREAM_ENDED",
    "SSE_INVALID_STATUS",
    "REDIRECT",
    "SSE_INVALID_CONTENT_TYPE",
    "SSE_EVENT_TOO_LARGE",
    "SSE_INVALID_STATUS",
    "SSE_INVALID_STATUS",
  ]);
  expect(error).toMatchObject({ code: "SSE_INVALID_STATUS", details: { status: 401 } });
  // What was looked through really had the secret behind it: it was sent, and echoed to where only asking shows it.
  if (!TransportError.is(error, "SSE_INVALID_STATUS")) throw new Error("expected a status", { cause: error });
  expect(error.details.headers.get("www-authenticate")).toContain(planted);
  expect(error.details.body).toContain(planted);
  const sentAbroad = abroad.requests.map(({ url, headers, text }) => JSON.stringify([url, headers, text]));
  expect(sentAbroad).toHaveLength(1);
  expect(sentAbroad.join()).not.toContain(planted);
  expect(evidence.size).toBeGreaterThan(100);
  expect(evidence.leaks).toEqual([]);
});

test("a server that cannot be reached and a signer that fails show none either", async () => {
  const evidence = new Evidence();
  const auth = new CompositeAuth(ApiKeyAuth.query("api_key", planted), new BearerAuth(planted));
  const source = { url: "http://127.0.0.1:9/s", auth, reconnect: false } as const;
  evidence.add("refused", await rejection(SseConnection.connect(source)));
  const failing = new HmacAuth({ secret: planted, key: planted, message: () => "without a timestamp" });
  const error = await rejection(SseConnection.connect({ ...source, auth: failing }));
  expect(error).toMatchObject({ code: "AUTH", cause: { code: "CONFIG", details: { field: "HmacAuth.message" } } });
  evidence.add("failed to sign", error);
  expect(evidence.leaks).toEqual([]);
});

test("the search finds a secret in every form: otherwise it would prove nothing", () => {
  for (const leak of [
    planted,
    { hidden: planted },
    new Error("x", { cause: new Error(planted) }),
    Object.defineProperty({}, "hidden", { value: planted }),
    bytes,
    Buffer.from(planted),
    Buffer.from(planted, "base64"),
    new URL(`http://a.test/?key=${planted}`),
    new Headers({ authorization: planted }),
  ]) {
    const evidence = new Evidence();
    evidence.add("leak", leak);
    expect(evidence.leaks, inspect(leak)).not.toEqual([]);
  }
});
