import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { openTelemetry } from "hpx-transport/otel";
import { consumeWith } from "./consume.js";

const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new InMemorySpanExporter())] });
const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1000, exportTimeoutMillis: 500 });
const meters = new MeterProvider({ readers: [reader] });

export default consumeWith({
  telemetry: openTelemetry({
    tracer: tracers.getTracer("bench"),
    meter: meters.getMeter("bench"),
    propagator: new W3CTraceContextPropagator(),
  }),
});
