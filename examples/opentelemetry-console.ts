/**
 * Follows a stream and prints spans and metrics of OpenTelemetry to the console. An application replaces the console
 * exporters by the exporters of its collector; the rest stays the same.
 *
 *     node examples/dist/opentelemetry-console.js https://example.com/stream [events]
 */
import { propagation } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { ConsoleMetricExporter, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, ConsoleSpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { TransportError } from "hpx-transport";
import { openTelemetry } from "hpx-transport/otel";
import { SseConnection } from "hpx-transport/sse";

const [url, limit = "20"] = process.argv.slice(2);
if (url === undefined) {
  console.error("usage: opentelemetry-console URL [EVENTS]");
  process.exit(2);
}

const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new ConsoleSpanExporter())] });
const reader = new PeriodicExportingMetricReader({ exporter: new ConsoleMetricExporter() });
const meters = new MeterProvider({ readers: [reader] });
// With this propagator each request carries a `traceparent`, so the server's spans join the same trace.
propagation.setGlobalPropagator(new W3CTraceContextPropagator());

// All connections of the program can share it.
const telemetry = openTelemetry({ tracer: tracers.getTracer("example"), meter: meters.getMeter("example") });
const connection = SseConnection.open({ url, telemetry });
process.once("SIGINT", () => void connection.close());

try {
  let received = 0;
  for await (const event of connection) {
    console.log(event.event, event.id, event.data);
    received += 1;
    if (received === Number(limit)) break;
  }
} catch (error) {
  if (!TransportError.is(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
} finally {
  // The same counts, without a library.
  console.log(connection.stats);
  await Promise.all([tracers.shutdown(), meters.shutdown()]);
}
