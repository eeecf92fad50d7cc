import type { ServerSentEvent } from "sseer";
import { TransportError } from "../error.js";
import { guard } from "../guard.js";
import type { SseConnectInfo, SseProtocolHandler } from "./protocol.js";
import type { SseConnectionState, SseMessageKind } from "./types.js";

/** Calls a handler's hooks, so that what one throws is always a `HANDLER` error that names it. */
export class Hooks {
  readonly #handler: SseProtocolHandler;
  /** Undefined where the handler has no such hook, so that comments cost nothing when nobody listens. */
  readonly comment: ((text: string) => void) | undefined;

  constructor(handler: SseProtocolHandler) {
    this.#handler = handler;
    if (handler.onComment !== undefined) this.comment = (text) => guard("onComment", () => handler.onComment?.(text));
  }

  classify(event: ServerSentEvent): SseMessageKind {
    try {
      return this.#handler.classifyEvent(event);
    } catch (cause) {
      throw TransportError.handler("classifyEvent", cause);
    }
  }

  connected(info: SseConnectInfo): void {
    guard("onConnect", () => this.#handler.onConnect?.(info));
  }

  disconnected(error: TransportError | undefined): void {
    guard("onDisconnect", () => this.#handler.onDisconnect?.(error));
  }

  stateChanged(state: SseConnectionState, previous: SseConnectionState): void {
    guard("onStateChange", () => this.#handler.onStateChange?.(state, previous));
  }

  shouldRetry(error: TransportError, attempt: number): boolean {
    return guard("shouldRetry", () => this.#handler.shouldRetry?.(error, attempt)) ?? error.retryable;
  }
}
