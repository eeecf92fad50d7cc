import { type Meter, metrics, propagation, type TextMapPropagator, trace, type Tracer } from "@opentelemetry/api";
import { TransportError } from "hpx-transport";
import type { SseTelemetry } from "hpx-transport/sse";
import { ConnectionMetrics } from "./connection-metrics.js";
import { ConnectionSpans } from "./connection-spans.js";
import { Instruments } from "./instruments.js";

/** What {@link openTelemetry} takes; an option that is `undefined` means its default. */
export interface OpenTelemetryOptions {
  /** Makes the spans. @defaultValue that of the global provider, named `hpx-transport` */
  tracer?: Tracer | undefined;
  /** Makes the instruments. @defaultValue that of the global provider when the first connection is opened, named `hpx-transport` */
  meter?: Meter | undefined;
  /**
   * Puts the trace context (`traceparent`) into the headers of each attempt. They are signed, never reach another
   * origin, and give way to those that the caller set.
   *
   * Choose `false` for a server that must not hear of your traces, where another instrumentation of undici puts them
   * there already, and in browsers for a server that redirects: with headers of yours, that is refused.
   *
   * @defaultValue the propagator that is registered globally
   */
  propagator?: Pick<TextMapPropagator, "inject"> | false | undefined;
}

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
  check("tracer", options.tracer, "startSpan");
  check("meter", options.meter, "createCounter");
  if (options.propagator !== false) check("propagator", options.propagator, "inject");
  const { tracer = trace.getTracer(NAME), propagator = propagation } = options;
  let instruments: Instruments | undefined;
  return {
    observe(connection) {
      instruments ??= new Instruments(options.meter ?? metrics.getMeter(NAME));
      const spans = new ConnectionSpans(tracer, propagator === false ? undefined : propagator, connection);
      return [new ConnectionMetrics(instruments, connection), spans];
    },
  };
}

const NAME = "hpx-transport";

function check(field: keyof OpenTelemetryOptions, value: unknown, method: string): void {
  if (value === undefined) return;
  if (typeof value === "object" && value !== null && typeof Reflect.get(value, method) === "function") return;
  throw TransportError.config(
    `openTelemetry.${field}`,
    `a value without ${method}()`,
    `it takes the ${field} of an OpenTelemetry SDK`,
  );
}
