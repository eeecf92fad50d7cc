// A user without this library, which few name, would find no type for `await using`.
/// <reference lib="esnext.disposable" preserve="true" />
import type { Authentication } from "../auth/authentication.js";
import { hasMethod, requireObject } from "../checks/checkers.js";
import { guard } from "../checks/guard.js";
import { isUrl } from "../checks/url.js";
import type { SocketState } from "../connection/state.js";
import { TransportError } from "../error.js";
import { checkHandler } from "./config/checks.js";
import { readWsOptions, type WsOptions, type WsSettings } from "./config/options.js";
import { WsCore } from "./core.js";
import { WsHandle } from "./handle.js";
import type { WsProtocolHandler } from "./protocol/handler.js";
import type { WsMessage } from "./protocol/message.js";
import { PlainHandler } from "./protocol/plain.js";
import type { WsStats } from "./stats.js";
import { WsStream } from "./stream.js";

/** The source of a connection: its options, or just a URL. */
export type WsSource = WsOptions | string | URL;

/**
 * A WebSocket that connects, signs, authenticates, subscribes, and does all of it again after a loss.
 *
 * @example
 * await using connection = await WsConnection.connect("wss://example.com/feed");
 * for await (const { data } of connection) console.log(data);
 */
export class WsConnection implements AsyncIterable<WsMessage>, AsyncDisposable {
  /** Delivers the messages that no subscription claims. */
  readonly stream: WsStream;
  readonly #core: WsCore;
  #handle: WsHandle | undefined;
  #opened: Promise<void> | undefined;

  private constructor(settings: WsSettings, handler: WsProtocolHandler) {
    this.#core = new WsCore(settings, handler);
    this.stream = new WsStream(this.#core);
  }

  /**
   * Returns a connection whose first attempt is under way. `for await` throws the error that ends it. A `handler` given here
   * wins over the option.
   *
   * @throws {TransportError} `CONFIG`, naming the option that cannot be used; `HANDLER` when the function `handler` throws
   */
  static open(source: WsSource, handler?: WsProtocolHandler): WsConnection {
    if (handler !== undefined) checkHandler("handler", handler);
    const settings = readWsOptions(optionsOf(source));
    return new WsConnection(settings, handler ?? handlerOf(settings.handler));
  }

  /**
   * As {@link WsConnection.open}, then waits until the connection is open and authenticated, and every topic that was wanted
   * by then is acknowledged or has failed, by the same rules of retrying as later.
   *
   * Rejects with the reason why the connection ended before: a `TransportError`, or the signal's reason.
   */
  static async connect(source: WsSource, handler?: WsProtocolHandler): Promise<WsConnection> {
    const connection = WsConnection.open(source, handler);
    await connection.opened;
    return connection;
  }

  /** As {@link WsConnection.connect}, signed by `auth`, which wins over the option. */
  static async connectWithAuth(
    source: WsSource,
    handler: WsProtocolHandler | undefined,
    auth: Authentication,
  ): Promise<WsConnection> {
    requireObject("auth", auth, "sign");
    return WsConnection.connect({ ...optionsOf(source), auth }, handler);
  }

  /** Controls the connection: requests, subscriptions, messages. */
  get handle(): WsHandle {
    return (this.#handle ??= new WsHandle(this.#core));
  }

  /**
   * Resolves when the connection is open for the first time, as {@link WsConnection.connect} does; rejects with the error that
   * ended it before. It may be ignored: it never becomes an unhandled rejection.
   */
  get opened(): Promise<void> {
    if (this.#opened === undefined) {
      const { loop } = this.#core;
      this.#opened = loop.opened.then(() => this.#core.opened);
      this.#opened.catch(() => {});
    }
    return this.#opened;
  }

  /** The two sides, for two owners. */
  split(): {
    /** Controls the connection. */
    handle: WsHandle;
    /** Delivers the messages that no subscription claims. */
    stream: WsStream;
  } {
    return { handle: this.handle, stream: this.stream };
  }

  /** As {@link WsHandle.state}. */
  get state(): SocketState {
    return this.handle.state;
  }

  /** As {@link WsHandle.stats}. */
  get stats(): WsStats {
    return this.handle.stats;
  }

  /** As {@link WsHandle.closed}. */
  get closed(): Promise<void> {
    return this.handle.closed;
  }

  /** As {@link WsHandle.close}. */
  close(code?: number, reason?: string): Promise<void> {
    return this.handle.close(code, reason);
  }

  /** As {@link WsStream.next}. */
  next(): Promise<IteratorResult<WsMessage, undefined>> {
    return this.stream.next();
  }

  /** As {@link WsStream.batches}. */
  batches(): AsyncIterable<WsMessage[]> {
    return this.stream.batches();
  }

  /** Reads {@link WsConnection.stream}; leaving the loop closes the connection. */
  [Symbol.asyncIterator](): AsyncIterator<WsMessage, undefined> {
    return this.stream[Symbol.asyncIterator]();
  }

  /** `await using connection = ...` closes it at the end of the block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function optionsOf(source: unknown): WsOptions {
  if (typeof source === "string" || isUrl(source)) return { url: source };
  requireObject("options", source);
  return source as WsOptions;
}

const PLAIN: WsProtocolHandler = /* @__PURE__ */ new PlainHandler();

/** The handler of one connection. */
function handlerOf(option: WsOptions["handler"]): WsProtocolHandler {
  if (typeof option !== "function") return option ?? PLAIN;
  const made: unknown = guard("handler", option, () => {});
  if (hasMethod(made, "then")) throw TransportError.config("handler()", "a promise", "it returns a handler at once");
  checkHandler("handler()", made);
  return made;
}
