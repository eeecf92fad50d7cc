import type { ServerSentEvent } from "sseer";
import { show } from "../check.js";
import { type AnyTransportError, TransportError } from "../error.js";
import { guard } from "../guard.js";
import type { SseConnectInfo, SseProtocolHandler } from "./protocol.js";
import type { SseConnectionState, SseMessageKind } from "./types.js";

/** Calls a handler's hooks, so that what one throws, or rejects with, is always a `HANDLER` error that names it. */
export class Hooks {
  readonly #handler: SseProtocolHandler;
  readonly #onRejection: (error: AnyTransportError) => void;
  /** Undefined where the handler has no such hook, so that comments cost nothing when nobody listens. */
  readonly comment: ((text: string) => void) | undefined;

  /** `onRejection` gets the error of a hook that was asynchronous and failed. */
  constructor(handler: SseProtocolHandler, onRejection: (error: AnyTransportError) => void) {
    this.#handler = handler;
    this.#onRejection = onRejection;
    if (handler.onComment !== undefined)
      this.comment = (text) => this.#call("onComment", () => handler.onComment?.(text));
  }

  classify(event: ServerSentEvent): SseMessageKind {
    let kind: SseMessageKind;
    try {
      kind = this.#handler.classifyEvent(event);
    } catch (cause) {
      throw TransportError.handler("classifyEvent", cause);
    }
    if (typeof kind !== "string") throw returned("classifyEvent", kind, '"data", "system", "retry" or "unknown"');
    return kind;
  }

  connected(info: SseConnectInfo): void {
    this.#call("onConnect", () => this.#handler.onConnect?.(info));
  }

  disconnected(error: AnyTransportError | undefined): void {
    this.#call("onDisconnect", () => this.#handler.onDisconnect?.(error), error);
  }

  stateChanged(state: SseConnectionState, previous: SseConnectionState): void {
    const told = "error" in state && TransportError.is(state.error) ? state.error : undefined;
    this.#call("onStateChange", () => this.#handler.onStateChange?.(state, previous), told);
  }

  shouldRetry(error: AnyTransportError, attempt: number): boolean {
    if (this.#handler.shouldRetry === undefined) return error.retryable;
    const answer = this.#call("shouldRetry", () => this.#handler.shouldRetry?.(error, attempt), error);
    if (typeof answer !== "boolean") throw returned("shouldRetry", answer, "true or false", error);
    return answer;
  }

  #call<T>(hook: string, call: () => T, told?: AnyTransportError): T {
    return guard(hook, call, this.#onRejection, told);
  }
}

function returned(hook: string, value: unknown, expected: string, told?: AnyTransportError): TransportError<"HANDLER"> {
  return TransportError.handler(hook, new TypeError(`it returned ${show(value)}; it takes ${expected}`), told);
}
