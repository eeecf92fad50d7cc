import { nextTurn } from "../checks/turns.js";
import { type AnyTransportError, TransportError } from "../error.js";
import { SseConnection, type SseEvent, type SseProtocolHandler } from "../sse/index.js";
import {
  type AnyListener,
  type ErrorHandler,
  type EventSourceEventMap,
  type EventSourceMessageEvent,
  type ListenerOptions,
  type MessageHandler,
  type OpenHandler,
  TransportErrorEvent,
} from "./events.js";
import { HandlerAttributes } from "./handler-attributes.js";
import { type EventSourceOptions, readEventSourceOptions } from "./options.js";
import { configFor, resolve } from "./request.js";

/**
 * The standard's `EventSource` (WHATWG HTML, 9.2) over a connection of this package, in every runtime: change the import
 * and nothing else, or give it headers, a body, authentication and a backoff as its second argument.
 *
 * `open`, `message` (or the event's own type) and `error` are dispatched in the order of the wire. After an `error` event
 * with `readyState` `CONNECTING` it reconnects, after one with `CLOSED` it does not. The event has the error as `error`,
 * `code` and `message`. The runtime reports an error that a listener throws, and the other listeners still run.
 *
 * It differs from the standard where the standard loses events:
 * - after 408, 425, 429 and every 5xx but 501 and 505 it tries again, as `shouldRetry` allows; the standard gives up for
 *   good. Any other refusal is the end here too
 * - reconnects back off, keep `Retry-After` and are capped: see the option `reconnect`
 * - a request other than GET that the server may have acted on is never sent again
 * - redirects are followed as the transport does: nothing of yours reaches another origin. In a browser one is refused
 *   if there are `headers` or `auth`
 * - a line or event over `maxEventSize` is the end
 * - in a browser, a reconnect to another origin that sends `Last-Event-ID` needs that header allowed by its CORS
 *
 * An open `EventSource` keeps a process alive until `close()`; dropping the last reference to it does not end it.
 *
 * @example
 * const source = new EventSource("https://example.com/stream", { headers: { "X-Api-Key": "k" } });
 * source.addEventListener("trade", ({ data, lastEventId }) => console.log(data, lastEventId));
 * source.onerror = ({ code, message }) => console.log(source.readyState, code, message);
 */
export class EventSource extends EventTarget {
  /** Not connected: the first attempt or a reconnect is under way, or waits. */
  static get CONNECTING(): 0 {
    return 0;
  }

  /** Connected: events are dispatched as they come. */
  static get OPEN(): 1 {
    return 1;
  }

  /** Over for good: closed, or failed. */
  static get CLOSED(): 2 {
    return 2;
  }

  readonly #url: string;
  readonly #withCredentials: boolean;
  readonly #attributes = new HandlerAttributes(this);
  readonly #connection: SseConnection | undefined;
  #readyState: 0 | 1 | 2 = 0;
  #origin = "";
  /** The error that ended the last attempt. */
  #lastError: AnyTransportError | undefined;

  /**
   * Connects at once. A relative `url` is resolved where there is a document or a `location`. Credentials in it are sent as
   * basic authorization, unless `headers` have another one. A scheme other than http and https fails the connection with an
   * `error` event, as the standard says.
   *
   * @throws {DOMException} `SyntaxError` for a URL that cannot be parsed
   * @throws {TransportError} `CONFIG` for an option that cannot be used
   */
  constructor(url: string | URL, options: EventSourceOptions = {}) {
    super();
    const { withCredentials, shouldRetry, connection } = readEventSourceOptions(options);
    const resolved = resolve(url);
    this.#url = resolved.href;
    this.#withCredentials = withCredentials;
    if (resolved.protocol !== "http:" && resolved.protocol !== "https:") {
      const error = TransportError.config("url", `the scheme ${resolved.protocol}`, "it takes http: or https:");
      nextTurn(() => this.#readyState === 2 || this.#lose(2, error));
      return;
    }
    const config = configFor(resolved, connection, withCredentials);
    this.#connection = SseConnection.open(config, this.#handler(shouldRetry, config.signal));
    void this.#dispatchAll(this.#connection);
  }

  /** The URL given to the constructor, resolved. */
  get url(): string {
    return this.#url;
  }

  /** As it was given. */
  get withCredentials(): boolean {
    return this.#withCredentials;
  }

  /** One of {@link EventSource.CONNECTING}, {@link EventSource.OPEN} and {@link EventSource.CLOSED}. */
  get readyState(): 0 | 1 | 2 {
    return this.#readyState;
  }

  /** As the static one. */
  get CONNECTING(): 0 {
    return 0;
  }

  /** As the static one. */
  get OPEN(): 1 {
    return 1;
  }
  /** As the static one. */
  get CLOSED(): 2 {
    return 2;
  }

  /** Called for `open` events. Its type leaves `null` out, as that of Node's own EventSource. @defaultValue `null` */
  get onopen(): OpenHandler {
    return this.#attributes.get("open") as OpenHandler;
  }

  /** Replaces the handler; `null` removes it. */
  set onopen(handler: OpenHandler | null) {
    this.#attributes.set("open", handler);
  }

  /** Called for events without a type of their own. @defaultValue `null` */
  get onmessage(): MessageHandler {
    return this.#attributes.get("message") as MessageHandler;
  }

  /** Replaces the handler; `null` removes it. */
  set onmessage(handler: MessageHandler | null) {
    this.#attributes.set("message", handler);
  }

  /** Called for `error` events. @defaultValue `null` */
  get onerror(): ErrorHandler {
    return this.#attributes.get("error") as ErrorHandler;
  }

  /** Replaces the handler; `null` removes it. */
  set onerror(handler: ErrorHandler | null) {
    this.#attributes.set("error", handler);
  }

  /** Always `"EventSource"`. */
  get [Symbol.toStringTag](): string {
    return "EventSource";
  }

  /** Listens to `type`: `open`, `error`, `message`, or the type of an event of the stream. */
  override addEventListener<K extends keyof EventSourceEventMap>(
    type: K,
    listener: (this: EventSource, event: EventSourceEventMap[K]) => unknown,
    options?: ListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: (this: EventSource, event: EventSourceMessageEvent) => unknown,
    options?: ListenerOptions,
  ): void;
  override addEventListener(type: string, listener: AnyListener, options?: ListenerOptions): void;
  override addEventListener(type: string, listener: unknown, options?: ListenerOptions): void {
    super.addEventListener(type, listener as AnyListener, options);
  }

  /** Undoes {@link EventSource.addEventListener}. */
  override removeEventListener<K extends keyof EventSourceEventMap>(
    type: K,
    listener: (this: EventSource, event: EventSourceEventMap[K]) => unknown,
    options?: ListenerOptions,
  ): void;
  override removeEventListener(
    type: string,
    listener: (this: EventSource, event: EventSourceMessageEvent) => unknown,
    options?: ListenerOptions,
  ): void;
  override removeEventListener(type: string, listener: AnyListener, options?: ListenerOptions): void;
  override removeEventListener(type: string, listener: unknown, options?: ListenerOptions): void {
    super.removeEventListener(type, listener as AnyListener, options);
  }

  /**
   * Drops the connection and makes a new one now, from the last id received: as {@link SseConnection.reconnect}. Not part of
   * the standard's interface.
   */
  async reconnect(reason?: string): Promise<void> {
    await this.#connection?.reconnect(reason);
  }

  /** Ends the connection at once, in any state: the socket is closed, and no further event is dispatched. */
  close(): void {
    this.#readyState = 2;
    void this.#connection?.close();
  }

  /**
   * Turns the connection's states into the standard's events. By then all events received before are dispatched: an attempt
   * that delivered events ends one turn after them, so that the loop below reads them first.
   */
  #handler(shouldRetry: EventSourceOptions["shouldRetry"], signal: AbortSignal | undefined): SseProtocolHandler {
    return {
      classifyEvent: () => "data",
      onConnect: ({ url }) => this.#announce(url),
      onDisconnect: (error) => {
        this.#lastError = error;
      },
      onStateChange: (state) => {
        if (state.status === "reconnecting") this.#lose(0, state.error);
        if (state.status === "closed" && signal?.aborted) this.#readyState = 2;
      },
      ...(shouldRetry !== undefined && { shouldRetry }),
    };
  }

  async #dispatchAll(connection: SseConnection): Promise<void> {
    try {
      for await (const event of connection) this.#dispatch(event);
    } catch (error) {
      if (TransportError.is(error)) this.#lastError = error;
    }
    // The connection ended without close().
    if (this.#readyState !== 2) this.#lose(2, this.#lastError);
  }

  /** [spec] "announce the connection" */
  #announce(url: URL): void {
    this.#readyState = 1;
    this.#origin = url.origin;
    this.dispatchEvent(new Event("open"));
  }

  /** [spec] "dispatch the event" */
  #dispatch({ event, data, id }: SseEvent): void {
    // A listener may have closed it after the loop took this event.
    if (this.#readyState === 2) return;
    this.dispatchEvent(new MessageEvent(event, { data, origin: this.#origin, lastEventId: id }));
  }

  /** [spec] "reestablish the connection" where it is connecting again, else "fail the connection" */
  #lose(readyState: 0 | 2, error: AnyTransportError | undefined): void {
    this.#readyState = readyState;
    this.dispatchEvent(new TransportErrorEvent(error));
  }
}
