import type { ServerSentEvent } from "sseer";
import type { AnyTransportError } from "../error.js";
import { kindOf as kindOfResponse } from "../sse/attempt/response-check.js";
import { HOOKS } from "../sse/config/handler-check.js";
import { kindOf } from "../sse/protocol/event.js";
import type {
  SseConnectInfo,
  SseAcceptance,
  SseEvent,
  SseMessageKind,
  SseProtocolHandler,
  SseResponseHead,
  SseVerdict,
} from "../sse/index.js";
import type { Encoder } from "./encoder.js";

/** What the hooks report to. */
export interface FetchHooksOwner {
  readonly encoder: Encoder;
  readonly isHead: boolean;
  /** The option `resend`. */
  readonly resend: boolean;
  /** The first response is a stream. */
  onFirst(info: SseConnectInfo): void;
  /** The first response came. Whether it was taken out of the connection. */
  takes(head: SseResponseHead, isStream: boolean): boolean;
}

/**
 * The handler of a call's connection: the user's hooks, and the rules of `fetch` where those say nothing.
 *
 * - before the first response nothing is sent again
 * - a complete body is the end
 * - a request without a way to resume is not sent again once events came: they could come twice
 */
export class FetchHooks {
  readonly handler: SseProtocolHandler;
  readonly #given: SseProtocolHandler | undefined;
  readonly #owner: FetchHooksOwner;
  #accepted = false;
  /** The id of the last event; undefined before the first event. */
  #lastId: string | undefined;

  constructor(given: SseProtocolHandler | undefined, owner: FetchHooksOwner) {
    this.#given = given;
    this.#owner = owner;
    this.handler = {
      ...boundHooks(given),
      classifyEvent: (event) => this.#classify(event as SseEvent),
      acceptResponse: (head) => this.#accept(head),
      shouldRetry: (error, attempt) => this.#shouldRetry(error, attempt),
      judgeEnd: (rest) => this.#judgeEnd(rest),
      onComment: (text) => {
        given?.onComment?.(text);
        owner.encoder.comment(text);
      },
      onConnect: (info) => {
        given?.onConnect?.(info);
        if (this.#accepted) return;
        this.#accepted = true;
        owner.onFirst(info);
      },
      ...(owner.isHead && { prepareRequest: (request) => ({ ...request, method: "HEAD" }) }),
    };
  }

  #classify(event: SseEvent): SseMessageKind {
    this.#lastId = event.id;
    this.#owner.encoder.received(event);
    return this.#given?.classifyEvent?.(event) ?? kindOf(event);
  }

  #accept(head: SseResponseHead): SseAcceptance | undefined {
    const acceptance = this.#given?.acceptResponse?.(head);
    if (this.#accepted) return acceptance;
    const isStream = kindOfResponse(head, { method: head.method, acceptance }) === "stream";
    return this.#owner.takes(head, isStream) ? "end" : acceptance;
  }

  #shouldRetry(error: AnyTransportError, attempt: number): boolean {
    if (!this.#accepted) return false;
    const given = this.#given;
    if (given?.shouldRetry !== undefined) return given.shouldRetry(error, attempt);
    if (!error.retryable) return false;
    return this.#owner.resend || this.#lastId !== "" || given?.canResume?.() === true;
  }

  #judgeEnd(rest: ServerSentEvent | undefined): SseVerdict | undefined {
    if (this.#given?.judgeEnd !== undefined) return this.#given.judgeEnd(rest);
    // It is delivered with this verdict, but not as a whole event: the consumer's parser discards it, or does not.
    if (rest !== undefined) this.#owner.encoder.leaveUnfinished(rest);
    return "end";
  }
}

/** The handler's hooks, each bound to it: handlers keep their state in private fields. */
function boundHooks(handler: SseProtocolHandler | undefined): Partial<SseProtocolHandler> {
  if (handler === undefined) return {};
  const bound: Record<string, unknown> = {};
  for (const name of HOOKS) {
    const hook: unknown = Reflect.get(handler, name);
    if (typeof hook === "function") bound[name] = hook.bind(handler);
  }
  const { cursor, responseTimeout } = handler;
  return { ...bound, ...(cursor !== undefined && { cursor }), responseTimeout };
}
