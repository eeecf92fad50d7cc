import { defaultSocket, socketOf } from "#default-socket";
import type { Channel } from "../connection/channel.js";
import { ConnectionLoop } from "../connection/loop.js";
import { Notifier } from "../connection/notify.js";
import type { Transport } from "../connection/transport.js";
import { type AnyTransportError, TransportError } from "../error.js";
import { isProtocolFailure } from "../http/failure.js";
import { observersOf } from "../observe/observe-connection.js";
import { WsAttempt } from "./attempt/attempt.js";
import type { WsContext } from "./attempt/context.js";
import { Sessions } from "./attempt/sessions.js";
import { FirstPass, Troubles } from "./attempt/troubles.js";
import { checkBackend } from "./config/backend-check.js";
import type { WsSettings } from "./config/options.js";
import type { WsConnectInfo, WsProtocolHandler } from "./protocol/handler.js";
import { Hooks } from "./protocol/hooks.js";
import { sizeOf, type WsGap, type WsMessage } from "./protocol/message.js";
import { Deadlines } from "./requests/deadlines.js";
import { Requests } from "./requests/requests.js";
import { Sends } from "./requests/sends.js";
import type { SocketBackend } from "./socket/backend.js";
import { WsCounters, type WsStats } from "./stats.js";
import { Feed } from "./topics/feed.js";
import { LatestMessages } from "./topics/inbox.js";
import { Pressure } from "./topics/pressure.js";
import { Registry } from "./topics/registry.js";
import { StreamInbox } from "./topics/stream-inbox.js";

/** A connection under way, as its handle, its stream and its subscriptions use it. */
export interface WsCore {
  readonly loop: ConnectionLoop<WsMessage, WsConnectInfo>;
  readonly context: WsContext;
  readonly stats: () => WsStats;
  readonly closedError: (what: string) => AnyTransportError;
  /** A reconnect that the user asks for, also where the session is not resumable by itself. */
  readonly reconnect: (reason: string | undefined) => Promise<void>;
}

/**
 * Puts a connection together and starts it: the parts that every transport shares, and those of WebSockets.
 *
 * @throws {TransportError} `CONFIG` for what the runtime cannot do, `HANDLER` for telemetry that throws
 */
export function startWs(settings: WsSettings, handler: WsProtocolHandler): WsCore {
  const backend = backendOf(settings);
  checkBackend(backend, settings, handler);
  const { overflow = backend.lacks?.includes("pause") === true ? "drop-oldest" : "wait" } = settings;
  const counters = new WsCounters(settings.name === "" ? undefined : settings.name);
  const fail = (error: AnyTransportError): void => loop.finish(error);
  const hooks = new Hooks(handler, fail);
  const deadlines = new Deadlines();
  const sessions = new Sessions();
  const pressure = new Pressure(settings.pauseLimit, (isPaused) => sessions.pause(isPaused));
  const requests = new Requests({ hooks, deadlines, counters, limit: settings.maxPendingRequests });
  const onDropped = (count: number, gap: WsGap): void => {
    counters.dropped += count;
    guarded(() => hooks.gap(gap));
  };
  const registry = new Registry({
    pressure,
    overflow,
    eventCapacity: settings.eventCapacity,
    bufferSize: settings.bufferSize,
    topicsPerConnection: handler.limits?.topicsPerConnection ?? Number.POSITIVE_INFINITY,
    onDropped,
    onWanted: (topic) => {
      if (!registry.wants(topic)) feed.forget(topic);
      else if (registry.size === 1) sessions.current?.expectData();
      sessions.mark(topic);
    },
    onRest: () => loop.onRest(),
  });
  const feed = new Feed({ hooks, registry, counters });
  const stats = (): WsStats =>
    counters.stats({ buffered: loop.channel.length, pending: requests.size, topics: registry.size });
  const { name, logger, telemetry } = settings;
  const url = typeof settings.url === "function" ? UNKNOWN_URL : webSocketUrl(settings.url);
  const observers = observersOf({ name, logger, telemetry, url, method: "GET", transport: "websocket" }, stats, fail);
  const latest = overflow === "keep-latest" ? new LatestMessages() : undefined;
  let isAsked = false;
  const transport: Transport<WsMessage, WsConnectInfo> = {
    openAttempt: (host) => new WsAttempt(context, host),
    notifier: new Notifier({ counters, observers, hooks }),
    buffer: {
      capacity: latest === undefined ? settings.eventCapacity : Number.POSITIVE_INFINITY,
      bufferSize: latest === undefined ? settings.bufferSize : Number.POSITIVE_INFINITY,
      sizeOf,
      onTaken: () => {},
      gate: latest,
    },
    policy: settings.reconnect,
    signal: settings.signal,
    openTimeout: settings.openTimeout,
    openTimeoutError: (limit) => TransportError.timeout("open", limit, { retryable: false }),
    forbidsRetry: () =>
      handler.resumable === false && hasSession && !isAsked
        ? closedError("its session cannot go on with another socket")
        : undefined,
    isLasting: isProtocolFailure,
    closedError,
    onOver: () => {
      const { state, channel } = loop;
      const error = state.status === "closed" ? state.error : undefined;
      const reason = error ?? closedError("nothing more will come");
      registry.close({ error, discard: channel.discarded });
      requests.close(reason);
      context.sends.close(reason);
      context.opening.end(reason);
      pressure.clear();
      return sessions.gone();
    },
  };
  let hasSession = false;
  const loop: ConnectionLoop<WsMessage, WsConnectInfo> = new ConnectionLoop(transport);
  const context: WsContext = {
    settings,
    backend,
    hooks,
    observers,
    counters,
    deadlines,
    requests,
    sends: new Sends(settings.sendBufferSize),
    registry,
    feed,
    pressure,
    sessions,
    stream: streamInbox(loop.channel, latest),
    troubles: new Troubles(),
    opening: new FirstPass(),
    onSession: () => {
      hasSession = true;
    },
    farewell: undefined,
  };
  return {
    loop,
    context,
    stats,
    closedError,
    reconnect: (reason) => {
      isAsked = true;
      try {
        return loop.reconnect(reason);
      } finally {
        isAsked = false;
      }
    },
  };

  function streamInbox(channel: Channel<WsMessage>, keeps: LatestMessages | undefined): StreamInbox {
    const onOverflow = (): void => loop.finish(TransportError.overflow(channel.length));
    return new StreamInbox({ channel, overflow, pressure, onDropped, onOverflow }, keeps);
  }

  function guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      fail(error as AnyTransportError);
    }
  }
}

/** Stands for a URL that is made for every attempt, where no attempt is meant. */
const UNKNOWN_URL = /* @__PURE__ */ new URL("ws://made-for-every-attempt.invalid");

function webSocketUrl(url: URL): URL {
  const copy = new URL(url);
  copy.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return copy;
}

function backendOf({ socket, client }: WsSettings): SocketBackend {
  if (socket !== undefined) return socket;
  if (client === undefined) return defaultSocket();
  const backend = socketOf(client);
  if (backend !== undefined) return backend;
  throw TransportError.config("client", "a client that opens no sockets", "it takes a NodeClient, on Node");
}

function closedError(what: string): TransportError<"WS_CLOSED"> {
  const message = `the connection is closed: ${what}`;
  return TransportError.wsClosed(1000, { by: "client", retryable: false, message });
}
