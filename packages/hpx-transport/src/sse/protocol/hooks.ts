import type { ServerSentEvent } from "sseer";
import { show, showKind } from "../../checks/check.js";
import { type AnyTransportError, TransportError } from "../../error.js";
import { guard, quieten } from "../../checks/guard.js";
import type { ConnectionHooks } from "../../connection/notify.js";
import type { ConnectionState } from "../../connection/state.js";
import { checkHandler } from "../config/handler-check.js";
import type { SseAcceptance, SseConnectInfo, SseProtocolHandler, SseRequest, SseResponseHead } from "./handler.js";
import { kindOf, type SseEvent, type SseMessageKind } from "./event.js";
import { isVerdict, type SseLoss, type SseVerdict, VERDICTS } from "./verdict.js";

/** The hooks whose verdict may end an attempt. Then the backoff depends on the events before the verdict. */
const JUDGES = ["judgeEvent", "judgeComment", "judgeLine", "judgeEmpty", "judgeResponse", "judgeEnd"] as const;

/** The hooks that get what the parser discards at the end of a body. */
const JUDGES_OF_THE_END = ["judgeLine", "judgeEmpty", "judgeEnd"] as const;

/** Calls a handler's hooks. An error or a rejection of a hook becomes a `HANDLER` error that names the hook. */
export class Hooks implements ConnectionHooks<SseConnectInfo> {
  readonly #handler: SseProtocolHandler;
  readonly #onRejection: (error: AnyTransportError) => void;
  /** Events are judged or searched for a cursor. Other handlers cost one check an event. */
  readonly examinesEvents: boolean;
  /** The cursor is in the data, and the ids of the wire are ignored. */
  readonly readsCursor: boolean;
  /** The query parameter that carries the cursor; undefined where the header does. */
  readonly cursorQuery: string | undefined;
  /** Undefined where the handler has no hook for comments, so that comments then cost nothing. */
  readonly comment: ((text: string) => SseVerdict | undefined) | undefined;
  /** The same for lines that the standard ignores. */
  readonly line: ((line: string) => SseVerdict | undefined) | undefined;
  /** The same for events that the standard discards because they have no data. */
  readonly empty: ((event: string) => SseVerdict | undefined) | undefined;
  /** The handler gets what the parser discards at the end of a body. */
  readonly examinesEnd: boolean;
  /** The method of the last request. */
  #method = "GET";

  /**
   * `onRejection` gets the error of a hook that was asynchronous and failed.
   *
   * @throws {TransportError} `CONFIG` for a handler that cannot be used
   */
  constructor(handler: SseProtocolHandler, onRejection: (error: AnyTransportError) => void) {
    checkHandler("handler", handler);
    this.#handler = handler;
    this.#onRejection = onRejection;
    this.readsCursor = handler.cursor?.read !== undefined;
    this.cursorQuery = handler.cursor?.query;
    this.examinesEvents = this.readsCursor || JUDGES.some((judge) => handler[judge] !== undefined);
    if (handler.onComment !== undefined || handler.judgeComment !== undefined) this.comment = this.#comment;
    if (handler.judgeLine !== undefined) this.line = this.#line;
    if (handler.judgeEmpty !== undefined) this.empty = this.#empty;
    this.examinesEnd = JUDGES_OF_THE_END.some((judge) => handler[judge] !== undefined);
  }

  classify(event: ServerSentEvent): SseMessageKind {
    let kind: SseMessageKind;
    try {
      if (this.#handler.classifyEvent === undefined) return kindOf(event);
      kind = this.#handler.classifyEvent(event);
    } catch (cause) {
      throw TransportError.handler("classifyEvent", cause);
    }
    if (typeof kind !== "string") throw returned("classifyEvent", kind, '"data", "system", "retry" or "unknown"');
    return kind;
  }

  /** The cursor that the handler finds in an event. */
  readCursor(event: ServerSentEvent): string | undefined {
    const found = this.#call("cursor.read", () => this.#handler.cursor?.read?.(event));
    if (found === undefined || typeof found === "string") return found;
    throw returned("cursor.read", found, "a string or undefined");
  }

  judgeEvent(event: SseEvent): SseVerdict | undefined {
    return this.#judge("judgeEvent", () => this.#handler.judgeEvent?.(event));
  }

  judgeResponse(info: SseConnectInfo): SseVerdict | undefined {
    return this.#judge("judgeResponse", () => this.#handler.judgeResponse?.(info));
  }

  judgeEnd(rest: SseEvent | undefined): SseVerdict | undefined {
    return this.#judge("judgeEnd", () => this.#handler.judgeEnd?.(rest));
  }

  prepareRequest(request: SseRequest): SseRequest {
    const prepared = this.#prepare(request);
    this.#method = prepared.method;
    return prepared;
  }

  #prepare(request: SseRequest): SseRequest {
    if (this.#handler.prepareRequest === undefined) return request;
    const prepared = this.#call("prepareRequest", () => this.#handler.prepareRequest?.(request));
    if (isRequest(prepared)) return prepared;
    throw returned("prepareRequest", prepared, "a request: { method, url, headers, body, lastEventId }");
  }

  canResume(): boolean {
    return this.#call("canResume", () => this.#handler.canResume?.()) === true;
  }

  /** Asks the handler about a response; the answer comes with the method of its request. */
  acceptResponse(head: Omit<SseResponseHead, "method">): { method: string; acceptance: SseAcceptance | undefined } {
    const method = this.#method;
    const acceptance = this.#call("acceptResponse", () => this.#handler.acceptResponse?.({ ...head, method }));
    if (isAcceptance(acceptance)) return { method, acceptance };
    throw returned("acceptResponse", acceptance, 'true, false, "message", "end" or undefined');
  }

  connected(info: SseConnectInfo): void {
    this.#call("onConnect", () => this.#handler.onConnect?.(info));
  }

  disconnected(error: AnyTransportError | undefined): void {
    this.#call("onDisconnect", () => this.#handler.onDisconnect?.(error), error);
  }

  lost(lost: SseLoss): void {
    this.#call("onLoss", () => this.#handler.onLoss?.(lost));
  }

  stateChanged(state: ConnectionState, previous: ConnectionState): void {
    const told = "error" in state && TransportError.is(state.error) ? state.error : undefined;
    this.#call("onStateChange", () => this.#handler.onStateChange?.(state, previous), told);
  }

  shouldRetry(error: AnyTransportError, attempt: number): boolean {
    if (this.#handler.shouldRetry === undefined) return error.retryable;
    const answer = this.#call("shouldRetry", () => this.#handler.shouldRetry?.(error, attempt), error);
    if (typeof answer !== "boolean") throw returned("shouldRetry", answer, "true or false", error);
    return answer;
  }

  readonly #comment = (text: string): SseVerdict | undefined => {
    this.#call("onComment", () => this.#handler.onComment?.(text));
    return this.#judge("judgeComment", () => this.#handler.judgeComment?.(text));
  };

  readonly #line = (line: string): SseVerdict | undefined =>
    this.#judge("judgeLine", () => this.#handler.judgeLine?.(line));

  readonly #empty = (event: string): SseVerdict | undefined =>
    this.#judge("judgeEmpty", () => this.#handler.judgeEmpty?.(event));

  #judge(hook: string, judge: () => unknown): SseVerdict | undefined {
    const verdict = this.#call(hook, judge);
    if (isVerdict(verdict)) return verdict;
    throw TransportError.handler(hook, new TypeError(`it returned ${showKind(verdict)}; it takes ${VERDICTS}`));
  }

  #call<T>(hook: string, call: () => T, told?: AnyTransportError): T {
    return guard(hook, call, this.#onRejection, told);
  }
}

function isAcceptance(value: unknown): value is SseAcceptance | undefined {
  return value === undefined || typeof value === "boolean" || value === "message" || value === "end";
}

function isRequest(value: unknown): value is SseRequest {
  if (typeof value !== "object" || value === null) return false;
  const { method, url, headers } = value as Partial<SseRequest>;
  return typeof method === "string" && url instanceof URL && headers instanceof Headers;
}

function returned(hook: string, value: unknown, expected: string, told?: AnyTransportError): TransportError<"HANDLER"> {
  quieten(value);
  return TransportError.handler(hook, new TypeError(`it returned ${show(value)}; it takes ${expected}`), told);
}
