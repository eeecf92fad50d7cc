// A user without this library, which few name, would find no type for `await using`.
/// <reference lib="esnext.disposable" preserve="true" />
import type { Authentication } from "../auth/authentication.js";
import { SseConfig } from "./config/config.js";
import { requireObject } from "../checks/checkers.js";
import { SseHandle } from "./handle.js";
import { GenericSseHandler } from "./handlers/generic.js";
import type { SseOptions } from "./config/options.js";
import type { SseProtocolHandler } from "./protocol/handler.js";
import { type SseCore, startSse } from "./start.js";
import { SseStream } from "./stream.js";
import type { SseEvent } from "./protocol/event.js";

/** The source of a connection: a config, its options, or just a URL. */
export type SseSource = SseConfig | SseOptions | string | URL;

/**
 * A stream of server-sent events that connects, signs, reconnects and resumes.
 *
 * @example
 * for await (const event of SseConnection.open("https://example.com/stream")) {
 *   console.log(event.event, event.data);
 * }
 */
export class SseConnection implements AsyncIterable<SseEvent>, AsyncDisposable {
  /** Controls the connection. */
  readonly handle: SseHandle;
  /** Delivers the events. */
  readonly stream: SseStream;
  readonly #core: SseCore;

  private constructor(config: SseConfig, handler: SseProtocolHandler) {
    this.#core = startSse(config, handler);
    this.handle = new SseHandle(this.#core);
    this.stream = new SseStream(this.#core);
  }

  /**
   * Returns a connection whose first attempt is under way. `for await` throws the error that ends it.
   *
   * @throws {TransportError} `CONFIG`, naming the option that cannot be used
   */
  static open(source: SseSource, handler: SseProtocolHandler = new GenericSseHandler()): SseConnection {
    requireObject("handler", handler, "classifyEvent");
    return new SseConnection(SseConfig.from(source), handler);
  }

  /**
   * As {@link SseConnection.open}, then waits until the first response was accepted, by the same rules of retrying as
   * later, for at most `openTimeout`.
   *
   * Rejects with the reason why the connection ended before it opened: a `TransportError`, or the signal's reason.
   */
  static async connect(source: SseSource, handler?: SseProtocolHandler): Promise<SseConnection> {
    const connection = SseConnection.open(source, handler);
    await connection.opened;
    return connection;
  }

  /** As {@link SseConnection.connect}, signed by `auth`, which wins over the config's. */
  static async connectWithAuth(
    source: SseSource,
    handler: SseProtocolHandler | undefined,
    auth: Authentication,
  ): Promise<SseConnection> {
    requireObject("auth", auth, "sign");
    return SseConnection.connect(SseConfig.from(source).with({ auth }), handler);
  }

  /**
   * Resolves when the first response was accepted (or was a 204); rejects with the error that ended the connection before
   * that. It may be ignored: it never becomes an unhandled rejection.
   */
  get opened(): Promise<void> {
    return this.#core.loop.opened;
  }

  /** The two sides, for two owners. */
  split(): {
    /** Controls the connection. */
    handle: SseHandle;
    /** Delivers the events. */
    stream: SseStream;
  } {
    return { handle: this.handle, stream: this.stream };
  }

  /** As {@link SseHandle.close}. */
  close(): Promise<void> {
    return this.handle.close();
  }

  /** Reads {@link SseConnection.stream}; leaving the loop closes the connection. */
  [Symbol.asyncIterator](): AsyncIterator<SseEvent, undefined> {
    return this.stream[Symbol.asyncIterator]();
  }

  /** `await using connection = ...` closes it at the end of the block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
