import { IdleClock } from "../../connection/idle-clock.js";
import { type AnyTransportError, TransportError } from "../../error.js";
import { Heartbeat, type HeartbeatHost } from "../link/heartbeat.js";
import type { Outbox } from "../link/outbox.js";
import type { OpenSocket } from "../socket/backend.js";
import type { WsContext } from "./context.js";

/** Milliseconds between two heartbeats, where the options do not say. */
const PING_INTERVAL = 20_000;

/** The socket that is watched. */
export interface ClocksHost {
  readonly context: WsContext;
  readonly socket: OpenSocket;
  readonly outbox: Outbox;
  /** A ping was sent past the outbox. */
  countSent(): void;
  onDead(error: AnyTransportError): void;
}

/** Watches a socket for silence: after a heartbeat, of any kind, and of updates. */
export class Clocks implements HeartbeatHost {
  readonly #host: ClocksHost;
  readonly #heartbeat: Heartbeat;
  readonly #idle: IdleClock | undefined;
  readonly #data: IdleClock | undefined;
  #isOver = false;

  constructor(host: ClocksHost) {
    this.#host = host;
    const { idleTimeout, dataTimeout } = host.context.settings;
    this.#heartbeat = new Heartbeat(this);
    this.#heartbeat.start();
    if (idleTimeout > 0) {
      this.#idle = new IdleClock(idleTimeout, () => host.onDead(TransportError.idleTimeout(idleTimeout)));
      this.#idle.start();
    }
    if (dataTimeout > 0) this.#data = new IdleClock(dataTimeout, () => this.#onNoData());
  }

  get interval(): number {
    const { context, socket } = this.#host;
    const canBeat = context.hooks.handler.ping !== undefined || socket.canPing;
    return canBeat ? (context.settings.pingInterval ?? PING_INTERVAL) : 0;
  }

  get timeout(): number {
    return this.#host.context.settings.pongTimeout;
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

  beat(): void {
    const { context, socket } = this.#host;
    const { hooks } = context;
    try {
      const ping = hooks.handler.ping === undefined ? "frame" : hooks.ping();
      if (ping !== "frame") this.#host.outbox.push({ data: ping });
      else if (socket.canPing) {
        this.#host.countSent();
        socket.ping();
      }
    } catch (error) {
      this.#host.onDead(error as AnyTransportError);
    }
  }

  onNoLife(): void {
    this.#host.onDead(TransportError.pongTimeout(this.timeout));
  }

  /** While nothing is subscribed to, no update is due. */
  #onNoData(): void {
    const { context } = this.#host;
    const { settings, hooks, registry } = context;
    // Without subscriptions, the URL says what comes.
    if (hooks.handler.subscribe === undefined || registry.size > 0)
      this.#host.onDead(TransportError.idleTimeout(settings.dataTimeout, "data"));
    else this.#data?.start();
  }
}
