import type { Attempt } from "../connection/attempt.js";
import { LazyDeferred } from "../connection/deferred.js";
import { ConnectionLoop } from "../connection/loop.js";
import { Notifier } from "../connection/notify.js";
import type { Transport } from "../connection/transport.js";
import { type AnyTransportError, TransportError } from "../error.js";
import { isProtocolFailure } from "../http/failure.js";
import { isObserved, NO_OBSERVERS } from "../observe/observe-connection.js";
import type { Observers } from "../observe/observers.js";
import { WsAttempt } from "./attempt/attempt.js";
import type { WsAttemptHost, WsContext } from "./attempt/context.js";
import type { Session } from "./attempt/session.js";
import { Sessions } from "./attempt/sessions.js";
import { Troubles } from "./attempt/troubles.js";
import { checkBackend } from "./config/backend-check.js";
import type { WsOverflow, WsSettings } from "./config/options.js";
import { backendOf, observe } from "./config/uses.js";
import type { WsConnectInfo, WsProtocolHandler } from "./protocol/handler.js";
import { Hooks } from "./protocol/hooks.js";
import { type WsGap, type WsMessage } from "./protocol/message.js";
import { Deadlines } from "./requests/deadlines.js";
import { Requests } from "./requests/requests.js";
import { Sends } from "./requests/sends.js";
import type { SocketBackend } from "./socket/backend.js";
import { WsCounters, type WsStats } from "./stats.js";
import { Feed } from "./topics/feed.js";
import { channelOptions, LatestMessages } from "./topics/inbox.js";
import { type Pressed, Pressure } from "./topics/pressure.js";
import { Registry, type RegistryHost } from "./topics/registry.js";
import { StreamInbox, type StreamInboxHost } from "./topics/stream-inbox.js";

/**
 * A connection under way: the parts that every transport shares, and those of WebSockets. An idle connection costs little, so
 * what many never use is made at its first use, and this one object stands for the connection to all of its parts.
 */
export class WsCore implements WsContext, RegistryHost, StreamInboxHost, Transport<WsConnectInfo> {
  readonly settings: WsSettings;
  readonly backend: SocketBackend;
  readonly hooks: Hooks;
  readonly counters: WsCounters;
  readonly sessions: Sessions = new Sessions();
  readonly notifier: Notifier<WsConnectInfo>;
  readonly loop: ConnectionLoop<WsMessage, WsConnectInfo>;
  readonly stream: StreamInbox;
  farewell: { readonly code: number; readonly reason: string } | undefined;
  #opening: LazyDeferred | undefined;
  #isOpen = false;
  #observers: Observers | undefined;
  #troubles: Troubles | undefined;
  #deadlines: Deadlines | undefined;
  #requests: Requests | undefined;
  #sends: Sends | undefined;
  #registry: Registry | undefined;
  #feed: Feed | undefined;
  #pressure: Pressure | undefined;
  #hasSession = false;
  /** The user asks for a reconnect at this moment. */
  #isAsked = false;

  /** @throws {TransportError} `CONFIG` for what the runtime cannot do, `HANDLER` for telemetry that throws */
  constructor(settings: WsSettings, handler: WsProtocolHandler) {
    this.settings = settings;
    this.backend = backendOf(settings);
    checkBackend(this.backend, settings, handler);
    this.counters = new WsCounters(settings.name === "" ? undefined : settings.name);
    this.hooks = new Hooks(handler, this);
    if (settings.logger !== undefined || settings.telemetry !== undefined) this.#observers = observe(this);
    this.notifier = new Notifier(this);
    const latest = this.overflow === "keep-latest" ? new LatestMessages() : undefined;
    this.loop = new ConnectionLoop(this, channelOptions(settings, latest));
    this.stream = new StreamInbox(this, { channel: this.loop.channel, overflow: this.overflow, latest });
  }

  get overflow(): WsOverflow {
    return this.settings.overflow ?? (this.backend.lacks?.includes("pause") === true ? "drop-oldest" : "wait");
  }

  /** Resolves when a session is ready, and every topic that was wanted by then is decided. */
  get opened(): Promise<void> {
    if (this.#opening === undefined) {
      this.#opening = new LazyDeferred();
      if (this.#isOpen) this.#opening.resolve();
    }
    return this.#opening.promise;
  }

  get topicsPerConnection(): number {
    return this.hooks.handler.limits?.topicsPerConnection ?? Number.POSITIVE_INFINITY;
  }

  get observers(): Observers {
    if (this.#observers !== undefined) return this.#observers;
    if (!isObserved("websocket")) return NO_OBSERVERS;
    return (this.#observers = observe(this));
  }

  get troubles(): Troubles {
    return (this.#troubles ??= new Troubles());
  }

  get deadlines(): Deadlines {
    return (this.#deadlines ??= new Deadlines());
  }

  get requests(): Requests {
    return (this.#requests ??= new Requests(this));
  }

  get sends(): Sends {
    return (this.#sends ??= new Sends(this.settings.sendBufferSize, this.sessions.current?.outbox));
  }

  get registry(): Registry {
    return (this.#registry ??= new Registry(this));
  }

  get feed(): Feed {
    return (this.#feed ??= new Feed(this));
  }

  get hasTopics(): boolean {
    return this.#registry !== undefined;
  }

  get isPaused(): boolean {
    return this.#pressure?.isPaused === true;
  }

  stats(): WsStats {
    const buffered = this.loop.channel.length;
    const pending = this.#requests?.size ?? 0;
    return this.counters.stats({ buffered, pending, topics: this.#registry?.size ?? 0 });
  }

  /** A reconnect that the user asks for, also where the session is not resumable by itself. */
  reconnect(reason: string | undefined): Promise<void> {
    this.#isAsked = true;
    try {
      return this.loop.reconnect(reason);
    } finally {
      this.#isAsked = false;
    }
  }

  finish(error: AnyTransportError): void {
    this.loop.finish(error);
  }

  onFirstPass(): void {
    this.#isOpen = true;
    this.#opening?.resolve();
  }

  onUseful(): void {
    this.#troubles = undefined;
  }

  useSession(session: Session): void {
    this.#hasSession = true;
    this.sessions.current = session;
    this.hooks.epoch(session.epoch);
    this.#requests?.ready(session);
    this.#sends?.ready(session.outbox);
  }

  onRoom(): void {
    this.#sends?.flush();
  }

  onSessionOver(session: Session, gone: Promise<void>, cause: unknown): void {
    this.sessions.remove(session, gone);
    session.outbox.close();
    this.#requests?.lost(session, cause);
    this.#sends?.lost(session.outbox, cause);
  }

  hold(buffer: Pressed): void {
    (this.#pressure ??= new Pressure(this.settings.pauseLimit, this.sessions)).add(buffer);
  }

  release(buffer: Pressed): void {
    this.#pressure?.remove(buffer);
  }

  onDropped(count: number, gap: WsGap): void {
    this.counters.dropped += count;
    try {
      this.hooks.gap(gap);
    } catch (error) {
      this.finish(error as AnyTransportError);
    }
  }

  onWanted(topic: string): void {
    if (!this.registry.wants(topic)) this.#feed?.forget(topic);
    else if (this.registry.size === 1) this.sessions.current?.expectData();
    this.sessions.mark(topic);
  }

  onRest(): void {
    this.loop.onRest();
  }

  // What the loop asks of a transport:

  openAttempt(host: WsAttemptHost): Attempt {
    return new WsAttempt(this, host);
  }

  get policy(): WsSettings["reconnect"] {
    return this.settings.reconnect;
  }

  get signal(): AbortSignal | undefined {
    return this.settings.signal;
  }

  get openTimeout(): number {
    return this.settings.openTimeout;
  }

  openTimeoutError(limit: number): AnyTransportError {
    return TransportError.timeout("open", limit, { retryable: false });
  }

  forbidsRetry(): AnyTransportError | undefined {
    const { handler } = this.hooks;
    if (handler.resumable !== false || !this.#hasSession || this.#isAsked) return undefined;
    return this.closedError("its session cannot go on with another socket");
  }

  isLasting(error: AnyTransportError): boolean {
    return isProtocolFailure(error);
  }

  closedError(what: string): AnyTransportError {
    const message = `the connection is closed: ${what}`;
    return TransportError.wsClosed(1000, { by: "client", retryable: false, message });
  }

  onOver(): Promise<void> {
    const { state, channel } = this.loop;
    const error = state.status === "closed" ? state.error : undefined;
    const reason = error ?? this.closedError("nothing more will come");
    this.registry.close({ error, discard: channel.discarded });
    this.#requests?.close(reason);
    this.#sends?.close(reason);
    this.#opening ??= new LazyDeferred();
    this.#opening.reject(reason);
    this.#pressure?.clear();
    return this.sessions.gone();
  }
}
