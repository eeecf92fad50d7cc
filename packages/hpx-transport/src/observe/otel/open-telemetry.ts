import { type Meter, metrics, propagation, type TextMapPropagator, trace, type Tracer } from "@opentelemetry/api";
import type { SseTelemetry } from "hpx-transport/sse";
import { objectWith } from "../../checks/checkers.js";
import { readOptions, type Spec } from "../../checks/options.js";
import { type Transport, transportOf } from "./attributes.js";
import { ConnectionMetrics } from "./connection-metrics.js";
import { ConnectionSpans } from "./connection-spans.js";
import { Instruments } from "./instruments.js";

/** Options of {@link openTelemetry}; an option that is `undefined` means its default. */
export interface OpenTelemetryOptions {
  /** Makes the spans. @defaultValue that of the global provider, named `hpx-transport` */
  tracer?: Tracer | undefined;
  /** Makes the instruments. @defaultValue that of the global provider when the first connection is opened, named `hpx-transport` */
  meter?: Meter | undefined;
  /**
   * Puts the trace context (`traceparent`) into the headers of each attempt. These headers are signed, never reach another
   * origin, and do not replace headers that the caller set.
   *
   * Set `false` for a server that must not get your trace ids, and in browsers for a server that redirects: browsers hide
   * redirects, and one with extra headers is refused. An instrumentation of `fetch` or undici adds none in its place: it is
   * suppressed for the requests of the connection.
   *
   * @defaultValue the propagator that is registered globally
   */
  propagator?: Pick<TextMapPropagator, "inject"> | false | undefined;
}

const inject = objectWith<Pick<TextMapPropagator, "inject">>("inject");

/** The defaults are global, and looked up when they are needed: a provider may be registered later. */
const TABLE = {
  tracer: objectWith<Tracer>("startSpan"),
  meter: objectWith<Meter>("createCounter"),
  propagator: (field, value) => (value === false ? value : inject(field, value)),
} satisfies Spec<OpenTelemetryOptions>;

/**
 * Spans and metrics for the option `telemetry`. Make one and give it to all connections: they share its instruments.
 *
 * @throws {TransportError} `CONFIG`, naming what cannot be used
 *
 * @example
 * const telemetry = openTelemetry();
 * const connection = SseConnection.open({ url, telemetry });
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): SseTelemetry {
  const given = readOptions("openTelemetry", options, TABLE);
  const { tracer = trace.getTracer(NAME), propagator = propagation } = given;
  const all: Partial<Record<Transport, Instruments>> = {};
  return {
    observe(connection) {
      const transport = transportOf(connection);
      const instruments = (all[transport] ??= new Instruments(given.meter ?? metrics.getMeter(NAME), transport));
      const spans = new ConnectionSpans(tracer, propagator === false ? undefined : propagator, connection);
      return [new ConnectionMetrics(instruments, connection), spans];
    },
  };
}

const NAME = "hpx-transport";
