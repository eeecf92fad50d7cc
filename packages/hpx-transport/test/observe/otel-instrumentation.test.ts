import type { TracerProvider } from "@opentelemetry/api";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { expect, onTestFinished, test } from "vitest";
import { Agent } from "undici";
import { DispatcherClient, FetchClient, type HttpClient, NodeClient } from "../../src/http/entries/node.js";
import { SseConnection } from "../../src/sse/index.js";
import { startHttp } from "../http/support/servers.js";
import { drain, open, prompt, take } from "../sse/support.js";
import { followContexts, registerPropagator, startSdk } from "./otel-support.js";

/** The real instrumentation of fetch and undici, and the names and states of the spans that it makes. */
function instrument(): () => { name: string; code: number }[] {
  followContexts();
  registerPropagator();
  const exporter = new InMemorySpanExporter();
  const provider: TracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const instrumentation = new UndiciInstrumentation();
  instrumentation.setTracerProvider(provider);
  instrumentation.enable();
  onTestFinished(() => instrumentation.disable());
  return () => exporter.getFinishedSpans().map(({ name, status }) => ({ name, code: status.code }));
}

/** A server of streams, and the `traceparent` headers of each request. */
async function startStreams(): Promise<{ url: string; traceparents: string[][] }> {
  const traceparents: string[][] = [];
  const server = await startHttp((request, response) => {
    traceparents.push(request.headersDistinct["traceparent"] ?? []);
    response.writeHead(200, { "content-type": "text/event-stream" });
    if (request.url === "/ends") response.end("data: a\n\n");
    else {
      // After the head, so that the socket reads the event by itself.
      response.flushHeaders();
      setTimeout(() => response.write("data: a\n\n"), 30);
    }
  });
  return { url: server.url.href, traceparents };
}

const clients: Record<string, () => HttpClient> = {
  NodeClient: () => new NodeClient(),
  FetchClient: () => new FetchClient(),
  DispatcherClient: () => {
    const agent = new Agent();
    onTestFinished(() => agent.destroy());
    return new DispatcherClient(agent);
  },
};

test.each(Object.keys(clients))(
  "beside an instrumentation of undici there is one traceparent, one span an attempt, and no error: %s",
  async (name) => {
    const others = instrument();
    const { url, traceparents } = await startStreams();
    const client = clients[name]?.();
    const { telemetry, spans } = startSdk();
    // The server completes one stream, and the consumer leaves the other.
    expect(await drain(open({ url: `${url}ends`, telemetry, client, reconnect: false }))).toEqual(["a"]);
    const connection = open({ url, telemetry, client, reconnect: prompt });
    await take(connection, 1);
    await connection.close();
    await client?.close();
    const attempts = spans().filter(({ name: span }) => span === "GET");
    expect(traceparents).toEqual(
      attempts.map((span) => [`00-${span.spanContext().traceId}-${span.spanContext().spanId}-01`]),
    );
    expect(attempts).toHaveLength(2);
    for (const { status } of spans()) expect(status.code).not.toBe(2);
    expect(others()).toEqual([]);
  },
);

test("with propagator: false there is no traceparent, not even that of the instrumentation", async () => {
  instrument();
  const { url, traceparents } = await startStreams();
  const { telemetry } = startSdk({ propagator: false });
  await drain(open({ url: `${url}ends`, telemetry, client: new FetchClient(), reconnect: false }));
  expect(traceparents).toEqual([[]]);
});

test("requests of the user's own are traced as before: beside a connection, in its hooks and in its loop", async () => {
  const others = instrument();
  const { url } = await startStreams();
  const { telemetry } = startSdk();
  const own: Promise<unknown>[] = [];
  const fetchOwn = (): void => void own.push(fetch(`${url}ends`).then((response) => response.text()));
  const handler = {
    classifyEvent: () => {
      fetchOwn();
      return "data" as const;
    },
    onConnect: fetchOwn,
  };
  for (const client of [new FetchClient(), new NodeClient()]) {
    const connection = SseConnection.open({ url, telemetry, client }, handler);
    for await (const _event of connection) {
      fetchOwn();
      break;
    }
  }
  await Promise.all(own);
  expect(own).toHaveLength(6);
  expect(others()).toHaveLength(6);
});
