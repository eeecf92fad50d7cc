// A user without this library, which few name, would find no type for `await using`.
/// <reference lib="esnext.disposable" preserve="true" />
import type { JsonStream, OnInvalid, StandardSchema } from "sseer";
import type { Authentication } from "../auth/authentication.js";
import { hasMethod, requireObject } from "../checks/checkers.js";
import { guard } from "../checks/guard.js";
import type { ConnectionState } from "../connection/state.js";
import { TransportError } from "../error.js";
import type { SseStats } from "../observe/stats.js";
import { SseConfig, type SseSource } from "./config/config.js";
import { checkHandler } from "./config/handler-check.js";
import type { SseOptions } from "./config/options.js";
import { SseHandle } from "./handle.js";
import { GenericSseHandler } from "./handlers/generic.js";
import type { SseJsonOptions } from "./json.js";
import type { SseEvent } from "./protocol/event.js";
import type { SseProtocolHandler } from "./protocol/handler.js";
import { type SseCore, startSse } from "./start.js";
import { SseStream } from "./stream.js";

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
   * Returns a connection whose first attempt is under way. `for await` throws the error that ends it. A `handler` given here
   * wins over the option.
   *
   * @throws {TransportError} `CONFIG`, naming the option that cannot be used; `HANDLER` when the function `handler` throws
   */
  static open(source: SseSource, handler?: SseProtocolHandler): SseConnection {
    if (handler !== undefined) checkHandler("handler", handler);
    const config = SseConfig.from(source);
    return new SseConnection(config, handler ?? handlerOf(config.handler));
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

  /** As {@link SseHandle.state}. */
  get state(): ConnectionState {
    return this.handle.state;
  }

  /** As {@link SseHandle.stats}. */
  get stats(): SseStats {
    return this.handle.stats;
  }

  /** As {@link SseHandle.lastEventId}. */
  get lastEventId(): string {
    return this.handle.lastEventId;
  }

  /** As {@link SseHandle.closed}. */
  get closed(): Promise<void> {
    return this.handle.closed;
  }

  /** As {@link SseHandle.reconnect}. */
  reconnect(reason?: string): Promise<void> {
    return this.handle.reconnect(reason);
  }

  /** As {@link SseHandle.close}. */
  close(): Promise<void> {
    return this.handle.close();
  }

  /** As {@link SseStream.next}. */
  next(): Promise<IteratorResult<SseEvent, undefined>> {
    return this.stream.next();
  }

  /** As {@link SseStream.batches}. */
  batches(): AsyncIterable<SseEvent[]> {
    return this.stream.batches();
  }

  /** As {@link SseStream.json}. */
  json<T = unknown>(): JsonStream<SseEvent, T>;
  json<T>(schema: StandardSchema<T>): JsonStream<SseEvent, T>;
  json<T = unknown, M extends OnInvalid = "throw">(
    schema: StandardSchema<T> | undefined,
    options: SseJsonOptions<M>,
  ): JsonStream<SseEvent, T, M, TransportError<"SSE_PARSE">>;
  json<T, M extends OnInvalid>(schema?: StandardSchema<T>, options: SseJsonOptions<M> = {}): unknown {
    return this.stream.json(schema, options);
  }

  /** As {@link SseStream.toReadableStream}. */
  toReadableStream(): ReadableStream<SseEvent> {
    return this.stream.toReadableStream();
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

/** The handler of one connection. */
function handlerOf(option: SseOptions["handler"]): SseProtocolHandler {
  if (typeof option !== "function") return option ?? new GenericSseHandler();
  const made: unknown = guard("handler", option, () => {});
  if (hasMethod(made, "then")) throw TransportError.config("handler()", "a promise", "it returns a handler at once");
  checkHandler("handler()", made);
  return made;
}
