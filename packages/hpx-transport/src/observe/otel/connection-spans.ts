import {
  type Attributes,
  type Context,
  context,
  defaultTextMapSetter,
  type Link,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapPropagator,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import type { ObservedAttempt, ObservedConnection, ObservedFailure, SseObserver } from "hpx-transport/sse";
import { connectionAttributes, errorType, knownMethod, spanAttributes, transportOf } from "./attributes.js";
import { withoutTracing } from "./suppress-tracing.js";

/** Attempts that belong to the trace of the opening. The retries to a server that is away would fill it for days. */
const ATTEMPTS_OF_OPENING = 10;

/** The spans of one connection: one of its opening, one an attempt. */
export class ConnectionSpans implements SseObserver {
  readonly #tracer: Tracer;
  readonly #propagator: Pick<TextMapPropagator, "inject"> | undefined;
  readonly #links: Link[];
  readonly #name: Attributes;
  #opening: Span | undefined;
  readonly #context: Context;
  #attempt: Span | undefined;
  #attempts = 0;
  #accepted = false;

  constructor(
    tracer: Tracer,
    propagator: Pick<TextMapPropagator, "inject"> | undefined,
    connection: ObservedConnection,
  ) {
    this.#tracer = tracer;
    this.#propagator = propagator;
    this.#name = connection.name === undefined ? {} : { "hpx.connection.name": connection.name };
    const active = context.active();
    const opening = tracer.startSpan(
      `${transportOf(connection)}.connection`,
      { attributes: connectionAttributes(connection) },
      active,
    );
    this.#opening = opening;
    this.#links = [{ context: opening.spanContext() }];
    this.#context = trace.setSpan(active, opening);
  }

  attemptStarted(request: ObservedAttempt): Record<string, string> | undefined {
    this.#attempts += 1;
    const root = this.#accepted || this.#attempts > ATTEMPTS_OF_OPENING;
    const span = this.#tracer.startSpan(
      nameOf(request),
      { kind: SpanKind.CLIENT, root, links: this.#links, attributes: { ...spanAttributes(request), ...this.#name } },
      this.#context,
    );
    this.#attempt = span;
    if (this.#propagator === undefined) return undefined;
    const headers: Record<string, string> = {};
    this.#propagator.inject(trace.setSpan(this.#context, span), headers, defaultTextMapSetter);
    return headers;
  }

  /** The attempt's span and its `traceparent` stand for the request; an instrumentation of `fetch` would add its own. */
  sending<T>(send: () => T): T {
    return withoutTracing(send);
  }

  responded({ status }: { status: number }): void {
    this.#attempt?.setAttribute("http.response.status_code", status);
  }

  connected(): void {
    this.#accepted = true;
    this.#end(undefined);
  }

  disconnected(failure: ObservedFailure | undefined): void {
    this.#end(failure);
  }

  /** Also where the connection was closed before its first attempt. */
  closed({ failure }: { failure: ObservedFailure | undefined }): void {
    this.#end(failure);
  }

  /** Ends the attempt's span and, with the first one, that of the opening. */
  #end(failure: ObservedFailure | undefined): void {
    for (const span of [this.#attempt, this.#opening]) if (span !== undefined) end(span, failure);
    this.#attempt = undefined;
    this.#opening = undefined;
  }
}

/** The method, as the conventions ask. A method that they do not know must not be part of a name. */
function nameOf({ method }: ObservedAttempt): string {
  return knownMethod(method) === method ? method : "HTTP";
}

function end(span: Span, failure: ObservedFailure | undefined): void {
  if (failure !== undefined) {
    span.setAttribute("error.type", errorType(failure));
    span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
  }
  span.end();
}
