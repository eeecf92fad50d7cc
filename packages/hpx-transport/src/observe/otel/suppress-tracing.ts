import { context, createContextKey } from "@opentelemetry/api";

/**
 * The key by which tracers and propagators of the OpenTelemetry SDK know that they must do nothing. `@opentelemetry/core`
 * has it as `suppressTracing`. Keys of the same name are the same, so its name is enough, without that dependency.
 */
const SUPPRESS_TRACING = /* @__PURE__ */ createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

/** Calls `call` where instrumentations make no span and propagate no trace context. */
export function withoutTracing<T>(call: () => T): T {
  return context.with(context.active().setValue(SUPPRESS_TRACING, true), call);
}
