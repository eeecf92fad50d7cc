import { show, showKind } from "../../checks/check.js";
import { guard, quieten } from "../../checks/guard.js";
import type { ConnectionHooks } from "../../connection/notify.js";
import type { SocketState } from "../../connection/state.js";
import { type AnyTransportError, TransportError } from "../../error.js";
import type {
  WsAnswer,
  WsConnectInfo,
  WsOpenInfo,
  WsOutgoing,
  WsProtocolHandler,
  WsReading,
  WsRequest,
  WsSequence,
} from "./handler.js";
import type { WsData, WsGap, WsId, WsMessage } from "./message.js";
import { isCloseVerdict, isVerdict, type WsCloseVerdict, type WsVerdict } from "./verdict.js";

/** Hooks that take topics, and return what to send. */
type TopicHook = "subscribe" | "unsubscribe";

/** The connection of the hooks. */
export interface HooksHost {
  /** Gets the error of a synchronous hook that was asynchronous and failed. */
  finish(error: AnyTransportError): void;
}

/** Calls a handler's hooks. An error or a rejection of a hook becomes a `HANDLER` error that names the hook. */
export class Hooks implements ConnectionHooks<WsConnectInfo> {
  /** For its values. Its hooks are called by the methods. */
  readonly handler: WsProtocolHandler;
  readonly #host: HooksHost;
  #lastId = 0;

  constructor(handler: WsProtocolHandler, host: HooksHost) {
    this.handler = handler;
    this.#host = host;
  }

  read(data: WsData): WsReading | readonly WsReading[] {
    let reading: WsReading | readonly WsReading[];
    try {
      reading = this.handler.read(data);
    } catch (cause) {
      throw TransportError.handler("read", cause);
    }
    if (typeof reading === "object" && reading !== null && ("kind" in reading || Array.isArray(reading)))
      return reading;
    throw returned("read", reading, "{ kind, ... } or an array of them");
  }

  nextId(): WsId {
    if (this.handler.nextId === undefined) return (this.#lastId += 1);
    const id = this.#call("nextId", () => this.handler.nextId?.());
    if (typeof id === "number" || typeof id === "string") return id;
    throw returned("nextId", id, "a number or a string");
  }

  hello(info: WsOpenInfo): Promise<readonly WsData[]> {
    return this.#messages("hello", () => this.handler.hello?.(info));
  }

  authenticate(info: WsOpenInfo): Promise<readonly WsData[]> {
    return this.#messages("authenticate", () => this.handler.authenticate?.(info));
  }

  judgeAuth(message: WsMessage): "ok" | "refused" | undefined {
    const answer = this.#call("judgeAuth", () => this.handler.judgeAuth?.(message));
    if (answer === undefined || answer === "ok" || answer === "refused") return answer;
    throw returned("judgeAuth", answer, '"ok", "refused" or undefined');
  }

  topics(
    hook: TopicHook,
    topics: readonly string[],
    id: WsId,
    subscriptionOf: (topic: string) => WsId | undefined,
  ): Promise<readonly WsData[]> {
    const { handler } = this;
    return this.#messages(hook, () =>
      hook === "subscribe" ? handler.subscribe?.(topics, id) : handler.unsubscribe?.(topics, id, subscriptionOf),
    );
  }

  resume(topic: string, last: number, id: WsId): Promise<readonly WsData[]> {
    return this.#messages("resume", () => this.handler.resume?.(topic, last, id));
  }

  subscriptionId(value: unknown, topic: string): WsId | undefined {
    return this.#call("subscriptionId", () => this.handler.subscriptionId?.(value, topic));
  }

  /** At once where the hook answers at once: the order of calls is the order on the wire. */
  request(payload: unknown, id: WsId): WsData | Promise<WsData> {
    let answer: unknown;
    try {
      answer = this.handler.request?.(payload, id);
    } catch (cause) {
      throw TransportError.handler("request", cause);
    }
    if (isData(answer)) return answer;
    return this.#oneMessage(answer);
  }

  async #oneMessage(answer: unknown): Promise<WsData> {
    const message = await this.#wait("request", () => answer);
    if (isData(message)) return message;
    throw returned("request", message, "a string or bytes");
  }

  ping(): WsData {
    const answer = this.#call("ping", () => this.handler.ping?.()) ?? "frame";
    if (isData(answer)) return answer;
    throw returned("ping", answer, 'a message or "frame"');
  }

  pong(message: WsMessage): WsData | undefined {
    const answer = this.#call("pong", () => this.handler.pong?.(message));
    if (answer === undefined || isData(answer)) return answer;
    throw returned("pong", answer, "a message or undefined");
  }

  sequence(message: WsMessage): WsSequence | undefined {
    const answer = this.#call("sequence", () => this.handler.sequence?.(message));
    if (answer === undefined || (typeof answer === "object" && answer !== null && Number.isFinite(answer.last))) {
      return answer;
    }
    throw returned("sequence", answer, "{ stream, first, last } or undefined");
  }

  /** Tells the handler of a gap. Returns whether the topic is to be subscribed anew. */
  gap(gap: WsGap): boolean {
    this.#call("onGap", () => this.handler.onGap?.(gap));
    return this.#call("judgeGap", () => this.handler.judgeGap?.(gap)) === "resubscribe";
  }

  epoch(epoch: number): void {
    this.#call("onEpoch", () => this.handler.onEpoch?.(epoch));
  }

  judgeMessage(message: WsMessage): WsVerdict | undefined {
    const verdict = this.#call("judgeMessage", () => this.handler.judgeMessage?.(message));
    if (isVerdict(verdict)) return verdict;
    throw returned("judgeMessage", verdict, '"end", "reconnect", { error, ... }, { lost } or undefined');
  }

  judgeClose(code: number, reason: string): WsCloseVerdict | undefined {
    const verdict = this.#call("judgeClose", () => this.handler.judgeClose?.(code, reason));
    if (isCloseVerdict(verdict)) return verdict;
    throw returned("judgeClose", verdict, '"end", "reconnect", { error, ... } or undefined');
  }

  async prepareRequest(request: WsRequest): Promise<WsRequest> {
    if (this.handler.prepareRequest === undefined) return request;
    const prepared = await this.#wait("prepareRequest", () => this.handler.prepareRequest?.(request));
    if (isRequest(prepared)) return prepared;
    throw returned("prepareRequest", prepared, "a request: { url, headers, protocols }");
  }

  connected(info: WsConnectInfo): void {
    this.#call("onConnect", () => this.handler.onConnect?.(info));
  }

  disconnected(error: AnyTransportError | undefined): void {
    this.#call("onDisconnect", () => this.handler.onDisconnect?.(error), error);
  }

  stateChanged(state: SocketState, previous: SocketState): void {
    const told = "error" in state && TransportError.is(state.error) ? state.error : undefined;
    this.#call("onStateChange", () => this.handler.onStateChange?.(state, previous), told);
  }

  shouldRetry(error: AnyTransportError, attempt: number): boolean {
    if (this.handler.shouldRetry === undefined) return error.retryable;
    const answer = this.#call("shouldRetry", () => this.handler.shouldRetry?.(error, attempt), error);
    if (typeof answer !== "boolean") throw returned("shouldRetry", answer, "true or false", error);
    return answer;
  }

  async #messages(hook: string, call: () => WsAnswer<WsOutgoing>): Promise<readonly WsData[]> {
    const answer: unknown = await this.#wait(hook, call);
    if (answer === undefined) return [];
    const list: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
    if (list.every(isData)) return list;
    throw returned(hook, answer, "strings, bytes or undefined");
  }

  async #wait<T>(hook: string, call: () => WsAnswer<T>): Promise<T> {
    try {
      return await call();
    } catch (cause) {
      throw TransportError.handler(hook, cause);
    }
  }

  #call<T>(hook: string, call: () => T, told?: AnyTransportError): T {
    return guard(hook, call, (error) => this.#host.finish(error), told);
  }
}

function isData(value: unknown): value is WsData {
  return typeof value === "string" || value instanceof Uint8Array;
}

function isRequest(value: unknown): value is WsRequest {
  if (typeof value !== "object" || value === null) return false;
  const { url, headers, protocols } = value as Partial<WsRequest>;
  return url instanceof URL && headers instanceof Headers && Array.isArray(protocols);
}

function returned(hook: string, value: unknown, expected: string, told?: AnyTransportError): TransportError<"HANDLER"> {
  quieten(value);
  const shown = typeof value === "object" ? show(value) : showKind(value);
  return TransportError.handler(hook, new TypeError(`it returned ${shown}; it takes ${expected}`), told);
}
