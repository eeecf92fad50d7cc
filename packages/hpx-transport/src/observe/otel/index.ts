/**
 * Spans and metrics of connections, for OpenTelemetry. Needs the optional peer `@opentelemetry/api`.
 *
 * ```text
 *   SseConnection ──what happens, never data──> openTelemetry() ──┬──> tracer   a span an attempt
 *                                                                 ├──> meter    counters, a histogram, gauges
 *        request headers <── traceparent <── propagator <─────────┘
 * ```
 *
 * @example
 * import { openTelemetry } from "hpx-transport/otel";
 * import { SseConnection } from "hpx-transport/sse";
 *
 * const telemetry = openTelemetry(); // one for all connections
 * for await (const { data } of SseConnection.open({ url: "https://example.com/stream", telemetry })) console.log(data);
 *
 * @remarks
 * - {@link openTelemetry}: makes the option `telemetry`; {@link OpenTelemetryOptions} name a tracer, meter or propagator
 *
 * Spans: `sse.connection`, from the opening of a connection to the end of its first attempt, in the caller's trace; and
 * a CLIENT span an attempt, named by its method, from the beginning of the attempt (signing, DNS, TCP, TLS, redirects)
 * until the head of the response was accepted or refused. No span waits for the body, so none lasts for days. Every
 * attempt links to the connection's span; the first ones, while the connection has never been accepted, are also its
 * children, and every later one begins a trace of its own.
 *
 * An instrumentation of `fetch` or undici neither sees these requests nor adds a second `traceparent`: on Node the requests
 * are our own, and for `FetchClient` and `DispatcherClient` tracing is suppressed while they send.
 *
 * Metrics, with `http.request.method`, `server.address`, `server.port` and, where the connection has a name,
 * `hpx.connection.name`:
 *
 * | name                              | instrument                               | unit          |
 * | --------------------------------- | ---------------------------------------- | ------------- |
 * | `hpx.sse.client.connect.duration` | histogram, with `error.type` of failures | `s`           |
 * | `hpx.sse.client.events`           | counter                                  | `{event}`     |
 * | `hpx.sse.client.io`               | counter                                  | `By`          |
 * | `hpx.sse.client.dropped`          | counter                                  | `{event}`     |
 * | `hpx.sse.client.lost`             | counter                                  | `{event}`     |
 * | `hpx.sse.client.skipped`          | counter                                  | `{event}`     |
 * | `hpx.sse.client.reconnects`       | counter, with `hpx.sse.reconnect.reason` | `{reconnect}` |
 * | `hpx.sse.client.channel.depth`    | up-down counter                          | `{event}`     |
 * | `hpx.sse.client.event.age`        | observable gauge                         | `s`           |
 *
 * Those of WebSocket connections have `websocket` in place of `sse`, and count messages.
 *
 * `event.age` is that of the stalest connection to a server; alert on it where silence means trouble. A histogram or a
 * counter is written when metrics are collected and when an attempt ends, never for an event.
 *
 * No header, body, query, event id or data is in any of them. A URL's path is in the spans.
 *
 * @module hpx-transport/otel
 */
export { openTelemetry, type OpenTelemetryOptions } from "./open-telemetry.js";
