import { type Attributes, context, propagation } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { onTestFinished } from "vitest";
import { openTelemetry, type OpenTelemetryOptions } from "../../src/observe/otel/index.js";
import type { SseTelemetry } from "../../src/sse/index.js";

/** A point of a metric, as it was exported. */
export interface Point {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Attributes;
  /** Of a histogram, how many values were recorded. */
  readonly value: number;
}

/** The real SDK, exporting into memory, and the telemetry that uses it. */
export interface Sdk {
  readonly telemetry: SseTelemetry;
  readonly tracer: ReturnType<BasicTracerProvider["getTracer"]>;
  /** The spans that have ended, in that order. */
  spans(): ReadableSpan[];
  /** Collects, and returns what is exported. */
  points(): Promise<Point[]>;
}

export function startSdk(options: OpenTelemetryOptions = {}): Sdk {
  const spanExporter = new InMemorySpanExporter();
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] });
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  // The interval is longer than any test: metrics are collected when the test asks.
  const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 600_000 });
  const meters = new MeterProvider({ readers: [reader] });
  onTestFinished(async () => {
    await Promise.all([tracers.shutdown(), meters.shutdown()]);
  });
  const tracer = tracers.getTracer("test");
  const meter = meters.getMeter("test");
  return {
    telemetry: openTelemetry({ tracer, meter, propagator: new W3CTraceContextPropagator(), ...options }),
    tracer,
    spans: () => spanExporter.getFinishedSpans(),
    async points() {
      metricExporter.reset();
      await reader.forceFlush();
      const exported = metricExporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
      return exported.flatMap(({ metrics }) =>
        metrics.flatMap(({ descriptor: { name, unit }, dataPoints }) =>
          Array.from<(typeof dataPoints)[number], Point>(dataPoints, ({ attributes, value }) => ({
            name,
            unit,
            attributes,
            value: typeof value === "number" ? value : value.count,
          })),
        ),
      );
    },
  };
}

/** The context of `context.with` holds over promises, as an application's SDK makes it. */
export function followContexts(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  onTestFinished(() => context.disable());
}

/** Registers the propagator of W3C trace contexts for the whole process, as an application's SDK does. */
export function registerPropagator(): void {
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  onTestFinished(() => propagation.disable());
}

/** The attributes that tell a server's metrics apart. */
export function serverAttributes(url: string, method = "GET"): Attributes {
  const { hostname, port } = new URL(url);
  return { "http.request.method": method, "server.address": hostname, "server.port": Number(port) };
}
