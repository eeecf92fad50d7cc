import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { expect, onTestFinished, test } from "vitest";
import { openTelemetry } from "../../src/observe/otel/index.js";
import { SseConnection, type SseProtocolHandler } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, take, until, within } from "../sse/support.js";
import { followContexts, registerPropagator, serverAttributes, startSdk } from "./otel-support.js";

test("an attempt is a CLIENT span with the conventions' attributes, over when the response was accepted", async () => {
  const server = await startServer();
  const { telemetry, spans } = startSdk();
  const connection = await SseConnection.connect({ url: `${server.url}path?key=private#part`, telemetry });
  onTestFinished(() => connection.close());
  // The stream is open and has brought nothing: no span waits for that.
  expect(spans().map(({ name, kind, attributes, status }) => ({ name, kind, attributes, status }))).toEqual([
    {
      name: "GET",
      kind: SpanKind.CLIENT,
      attributes: {
        ...serverAttributes(server.url),
        "url.full": `${server.url}path`,
        "http.response.status_code": 200,
      },
      status: { code: SpanStatusCode.UNSET },
    },
    {
      name: "sse.connection",
      kind: SpanKind.INTERNAL,
      attributes: serverAttributes(server.url),
      status: { code: SpanStatusCode.UNSET },
    },
  ]);
});

test("the opening is part of the caller's trace; each reconnect is a trace of its own; all link to the opening", async () => {
  followContexts();
  const server = await startServer();
  server.reply({ status: 503 }, { body: "data: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
  const { telemetry, tracer, spans } = startSdk();
  const caller = tracer.startSpan("caller");
  const connection = context.with(trace.setSpan(context.active(), caller), () =>
    open({ url: server.url, reconnect: prompt, telemetry }),
  );
  await take(connection, 2);
  const opening = spans().find(({ name }) => name === "sse.connection");
  const attempts = spans().filter(({ name }) => name === "GET");
  expect(opening?.parentSpanContext?.spanId).toBe(caller.spanContext().spanId);
  const [first, second, third] = attempts;
  for (const { links } of attempts) expect(links).toEqual([{ context: opening?.spanContext() }]);
  const { traceId, spanId } = opening?.spanContext() ?? {};
  for (const attempt of [first, second]) {
    expect(attempt?.parentSpanContext?.spanId).toBe(spanId);
    expect(attempt?.spanContext().traceId).toBe(traceId);
  }
  expect(third?.parentSpanContext).toBeUndefined();
  expect(third?.spanContext().traceId).not.toBe(traceId);
  expect(attempts.map(({ attributes }) => attributes["http.request.resend_count"])).toEqual([undefined, 1, undefined]);
  expect(attempts).toHaveLength(3);
});

test("a server that is away does not fill the trace of the opening", async () => {
  const server = await startServer();
  server.otherwise({ status: 503 });
  const { telemetry, spans } = startSdk();
  const policy = { delay: () => 1, maxAttempts: 14 };
  await rejection(open({ url: server.url, reconnect: policy, telemetry }).opened);
  const attempts = spans().filter(({ name }) => name === "GET");
  expect(attempts).toHaveLength(15);
  const { traceId } =
    spans()
      .find(({ name }) => name === "sse.connection")
      ?.spanContext() ?? {};
  expect(attempts.filter((span) => span.spanContext().traceId === traceId)).toHaveLength(10);
});

test.each([
  ["a refused status", { status: 404 }, "404", "the server answered 404; a stream needs 200", 404],
  [
    "a wrong content type",
    { headers: { "content-type": "text/html" } },
    "SSE_INVALID_CONTENT_TYPE",
    'the server sent content type "text/html"; a stream needs text/event-stream',
    200,
  ],
  ["a redirect to nowhere", { status: 302 }, "REDIRECT", expect.stringContaining("without a Location"), undefined],
] as const)("%s is an error of the attempt and of the opening", async (_what, reply, type, message, status) => {
  const server = await startServer();
  server.reply(reply);
  const { telemetry, spans } = startSdk();
  await rejection(open({ url: server.url, telemetry }).opened);
  expect(spans().map(({ name }) => name)).toEqual(["GET", "sse.connection"]);
  for (const { attributes, status: spanStatus } of spans()) {
    expect(attributes["error.type"]).toBe(type);
    expect(spanStatus).toEqual({ code: SpanStatusCode.ERROR, message });
  }
  expect(spans()[0]?.attributes["http.response.status_code"]).toBe(status);
});

test("a connection that is refused has no status", async () => {
  const server = await startServer();
  const { url } = server;
  await server.close();
  const { telemetry, spans } = startSdk();
  await rejection(open({ url, reconnect: false, telemetry }).opened);
  expect(spans()[0]?.attributes).toEqual({ ...serverAttributes(url), "url.full": url, "error.type": "CONNECT" });
});

test("204 and close() end the spans without an error, also before there was a response", async () => {
  const server = await startServer();
  server.reply({ status: 204 }, { head: false, finish: "hold" });
  const { telemetry, spans } = startSdk();
  await within(open({ url: server.url, telemetry }).handle.closed, "closed");
  const waiting = open({ url: server.url, telemetry });
  await until(() => server.requests.length === 2);
  await waiting.close();
  await open({ url: server.url, telemetry }).close();
  const summary = spans().map(({ name, status, attributes }) => [
    name,
    status.code,
    attributes["http.response.status_code"],
  ]);
  expect(summary).toEqual([
    ["GET", SpanStatusCode.UNSET, 204],
    ["sse.connection", SpanStatusCode.UNSET, undefined],
    ["GET", SpanStatusCode.UNSET, undefined],
    ["sse.connection", SpanStatusCode.UNSET, undefined],
    // Closed before its first attempt.
    ["sse.connection", SpanStatusCode.UNSET, undefined],
  ]);
});

test("a method that the conventions do not know is in no name and no metric", async () => {
  const server = await startServer();
  const { telemetry, spans, points } = startSdk();
  const connection = await SseConnection.connect({ url: server.url, method: "PROPFIND", telemetry });
  onTestFinished(() => connection.close());
  expect(spans()[0]?.name).toBe("HTTP");
  expect(spans()[0]?.attributes).toMatchObject({
    "http.request.method": "_OTHER",
    "http.request.method_original": "PROPFIND",
  });
  for (const { attributes } of await points()) expect(attributes["http.request.method"]).toBe("_OTHER");
});

test("a handler that resumes with another request is seen to", async () => {
  const server = await startServer();
  server.reply({ body: "id: 1\ndata: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
  const { telemetry, spans } = startSdk();
  const handler: SseProtocolHandler = {
    classifyEvent: () => "data",
    canResume: () => true,
    prepareRequest: (request) =>
      request.lastEventId === "" ? request : { ...request, method: "GET", body: undefined },
  };
  await take(open({ url: server.url, method: "POST", body: "a", reconnect: prompt, telemetry }, handler), 2);
  const attempts = spans().filter(({ kind }) => kind === SpanKind.CLIENT);
  expect(attempts.map(({ name, attributes }) => [name, attributes["http.request.method"]])).toEqual([
    ["POST", "POST"],
    ["GET", "GET"],
  ]);
});

test("each attempt carries its own trace context, unless it was turned off", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
  const { telemetry, spans } = startSdk();
  await take(open({ url: server.url, reconnect: prompt, telemetry }), 2);
  const contexts = spans().flatMap((span) => (span.name === "GET" ? [span.spanContext()] : []));
  expect(server.requests.map(({ headers }) => headers["traceparent"])).toEqual(
    contexts.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`),
  );

  registerPropagator();
  const quiet = startSdk({ propagator: false });
  const connection = await SseConnection.connect({ url: server.url, telemetry: quiet.telemetry });
  onTestFinished(() => connection.close());
  expect(server.requests.at(-1)?.headers["traceparent"]).toBeUndefined();
  expect(quiet.spans()).toHaveLength(2);
});

test("the propagator is the one that is registered globally, unless another is given", async () => {
  const server = await startServer();
  registerPropagator();
  const { telemetry, spans } = startSdk({ propagator: undefined });
  const connection = await SseConnection.connect({ url: server.url, telemetry });
  onTestFinished(() => connection.close());
  expect(server.requests[0]?.headers["traceparent"]).toContain(spans()[0]?.spanContext().spanId);
});

test("without an SDK nothing happens", async () => {
  const server = await startServer();
  const connection = await SseConnection.connect({ url: server.url, telemetry: openTelemetry() });
  onTestFinished(() => connection.close());
  expect(server.requests[0]?.headers["traceparent"]).toBeUndefined();
});

test.each(["tracer", "meter", "propagator"])("a %s that is none is CONFIG", (field) => {
  const wrong = { [field]: {} } as Parameters<typeof openTelemetry>[0];
  expect(() => openTelemetry(wrong)).toThrow(
    expect.objectContaining({ code: "CONFIG", details: { field: `openTelemetry.${field}` } }),
  );
});
