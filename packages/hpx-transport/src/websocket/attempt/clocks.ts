import { IdleClock } from "../../connection/idle-clock.js";
import { type AnyTransportError, TransportError } from "../../error.js";
import type { WsSettings } from "../config/options.js";
import { Heartbeat } from "../link/heartbeat.js";
import type { Outbox } from "../link/outbox.js";
import type { Hooks } from "../protocol/hooks.js";
import type { OpenSocket } from "../socket/backend.js";

/** Milliseconds between two heartbeats, where the options do not say. */
const PING_INTERVAL = 20_000;

export interface ClocksHost {
  readonly settings: WsSettings;
  readonly hooks: Hooks;
  readonly socket: OpenSocket;
  readonly outbox: Outbox;
  readonly isSubscribed: () => boolean;
  readonly onDead: (error: AnyTransportError) => void;
}

/** Watches a socket for silence: after a heartbeat, of any kind, and of updates. */
export class Clocks {
  readonly #host: ClocksHost;
  readonly #heartbeat: Heartbeat;
  readonly #idle: IdleClock | undefined;
  readonly #data: IdleClock | undefined;
  #isOver = false;

  constructor(host: ClocksHost) {
    this.#host = host;
    const { settings, hooks, socket, onDead } = host;
    const { idleTimeout, dataTimeout, pongTimeout, pingInterval } = settings;
    const canBeat = hooks.handler.ping !== undefined || socket.canPing;
    this.#heartbeat = new Heartbeat({
      interval: canBeat ? (pingInterval ?? PING_INTERVAL) : 0,
      timeout: pongTimeout,
      send: () => this.#beat(),
      onDead: () => onDead(TransportError.pongTimeout(pongTimeout)),
    });
    if (idleTimeout > 0) {
      this.#idle = new IdleClock(idleTimeout, () => onDead(TransportError.idleTimeout(idleTimeout)));
      this.#idle.start();
    }
    if (dataTimeout > 0) this.#data = new IdleClock(dataTimeout, () => this.#onNoData());
  }

  /** A byte arrived. */
  touch(): void {
    this.#heartbeat.touch();
    this.#idle?.touch();
  }

  /** An update arrived. */
  touchData(): void {
    this.#data?.touch();
  }

  /** Updates are expected from now on. */
  restartData(): void {
    if (!this.#isOver) this.#data?.start();
  }

  pause(isPaused: boolean): void {
    for (const clock of [this.#heartbeat, this.#idle, this.#data]) {
      if (isPaused) clock?.pause();
      else clock?.resume();
    }
  }

  stop(): void {
    this.#isOver = true;
    this.#heartbeat.stop();
    this.#idle?.stop();
    this.#data?.stop();
  }

  #beat(): void {
    const { hooks, outbox, socket, onDead } = this.#host;
    try {
      const ping = hooks.handler.ping === undefined ? "frame" : hooks.ping();
      if (ping !== "frame") outbox.push({ data: ping });
      else if (socket.canPing) {
        outbox.count();
        socket.ping();
      }
    } catch (error) {
      onDead(error as AnyTransportError);
    }
  }

  /** While nothing is subscribed to, no update is due. */
  #onNoData(): void {
    const { settings, hooks, isSubscribed, onDead } = this.#host;
    // Without subscriptions, the URL says what comes.
    if (hooks.handler.subscribe === undefined || isSubscribed())
      onDead(TransportError.idleTimeout(settings.dataTimeout, "data"));
    else this.#data?.start();
  }
}
