import { defaultClient } from "#default-client";
import { Counters } from "../connection/counters.js";
import { ConnectionLoop } from "../connection/loop.js";
import { Notifier } from "../connection/notify.js";
import { Position } from "../connection/position.js";
import type { Transport } from "../connection/transport.js";
import { type AnyTransportError, TransportError } from "../error.js";
import { isProtocolFailure } from "../http/failure.js";
import { observersOf } from "../observe/observe-connection.js";
import type { SseStats } from "../observe/stats.js";
import { SseAttempt } from "./attempt/attempt.js";
import type { SseContext } from "./attempt/context.js";
import { observedClient } from "./attempt/observed-client.js";
import { neverSentAgain, ResendGuard } from "./attempt/resend.js";
import type { SseConfig } from "./config/config.js";
import { CursorLink } from "./cursor/link.js";
import type { SseEvent } from "./protocol/event.js";
import type { SseConnectInfo, SseProtocolHandler } from "./protocol/handler.js";
import { Hooks } from "./protocol/hooks.js";

/** A connection under way, as handle and stream use it. */
export interface SseCore {
  readonly loop: ConnectionLoop<SseEvent, SseConnectInfo>;
  readonly position: Position;
  readonly stats: () => SseStats;
  /** `json()` passed over an event that it could not read. */
  readonly skipped: () => void;
}

/**
 * Puts a connection together and starts it: the parts that every transport shares, and those of server-sent events.
 *
 * @throws {TransportError} `CONFIG` for a handler that cannot be used, `HANDLER` for telemetry that throws
 */
export function startSse(config: SseConfig, handler: SseProtocolHandler): SseCore {
  const counters = new Counters(config.name === "" ? undefined : config.name);
  const fail = (error: AnyTransportError): void => loop.finish(error);
  const stats = (): SseStats => counters.snapshot(loop.channel.length);
  const hooks = new Hooks(handler, fail);
  const observers = observersOf(config, stats, fail);
  const position = new Position({
    lastEventId: config.lastEventId,
    sentIn: hooks.cursorQuery === undefined ? "header" : "query",
    onUnsendable: () => observers.warned(UNSENDABLE_ID, {}),
  });
  const resend = new ResendGuard(config.resend);
  const cursor =
    config.cursor &&
    new CursorLink(
      config.cursor,
      {
        origin: config.url.origin + config.url.pathname,
        canResumeAfter: (id) => position.canBeSent(id),
        fail: (error) => loop.abandon(error),
        count: ({ lost = 0, duplicates = 0 }) => {
          counters.lost += lost;
          counters.duplicates += duplicates;
        },
        warn: (message, fields) => observers.warned(message, fields),
      },
      () => loop.channel.wake(),
    );
  const { responseTimeout, openTimeout } = config.openingLimits(handler.responseTimeout);
  const mayBeSentAgain = (): boolean => !resend.mayHaveActed || hooks.canResume();
  const transport: Transport<SseConnectInfo> = {
    openAttempt: (host) => new SseAttempt(context, host),
    notifier: new Notifier({ counters, observers, hooks }),
    policy: config.reconnect,
    signal: config.signal,
    openTimeout,
    openTimeoutError: (limit) => TransportError.timeout("open", limit, { retryable: false }),
    forbidsRetry: () => (mayBeSentAgain() ? undefined : neverSentAgain(config.method)),
    isLasting: isProtocolFailure,
    closedError,
    ...(cursor !== undefined && { onOver: () => cursor.close() }),
  };
  const loop = new ConnectionLoop<SseEvent, SseConnectInfo>(transport, {
    capacity: config.eventCapacity,
    bufferSize: config.bufferSize,
    sizeOf,
    onTaken: ({ id }) => {
      position.handedOver = id;
    },
    gate: cursor,
  });
  const context: SseContext = {
    config,
    client: observedClient(config.client ?? defaultClient(), observers),
    hooks,
    observers,
    channel: loop.channel,
    position,
    counters,
    resend,
    cursor,
    responseTimeout,
    isResendable: mayBeSentAgain,
    onLost: (lost) => {
      counters.lost += lost === "unknown" ? 1 : lost;
      observers.warned("events were lost", { lost });
      cursor?.lost(lost);
      hooks.lost(lost);
    },
  };
  return {
    loop,
    position,
    stats,
    skipped: () => {
      counters.skipped += 1;
      if (counters.skipped === 1) observers.warned(UNREADABLE, {});
    },
  };
}

const UNSENDABLE_ID =
  "the server sent an id that cannot be sent back (control characters, blanks at an end, or over 64 KiB); the last other one is kept";
const UNREADABLE = "json() passes over an event that it cannot read; later ones are only counted, in stats.skipped";

/** The length of an event's text: bytes, where it is ASCII. */
function sizeOf({ data, event, id }: SseEvent): number {
  return data.length + event.length + id.length;
}

function closedError(what: string): TransportError<"SSE_STREAM_ENDED"> {
  return TransportError.sseStreamEnded({ clean: true, retryable: false, message: `the connection is closed: ${what}` });
}
