import type { AttemptOutcome } from "../../connection/attempt.js";
import { TransportError } from "../../error.js";
import { Outbox } from "../link/outbox.js";
import type { WsConnectInfo } from "../protocol/handler.js";
import type { WsData } from "../protocol/message.js";
import type { WsErrorVerdict } from "../protocol/verdict.js";
import type { SocketConsumer, SocketEnd } from "../socket/backend.js";
import { Wire } from "../topics/wire.js";
import { Clocks } from "./clocks.js";
import type { WsContext } from "./context.js";
import { Greeting } from "./greeting.js";
import type { OpenedSocket } from "./handshake.js";
import { errorOfVerdict } from "./outcome.js";
import { Reader } from "./reader.js";

/** The attempt that a session belongs to. Its methods may throw what a hook threw. */
export interface SessionOwner {
  /** Something has to be exchanged before the session is ready. */
  onGreeting(): void;
  /** The session is open and authenticated. */
  onReady(session: Session): void;
  /** Every topic that was wanted when the session was ready is decided. */
  onFirstPass(session: Session): void;
  /** A message was delivered; `useful`: it was an update or a response. */
  onDelivered(useful: boolean): void;
  /** The server is about to close, as planned. */
  onPlanned(session: Session): void;
  /** The socket ended by itself. */
  onEnd(session: Session, end: SocketEnd): void;
  /** The session cannot go on. */
  onFailure(session: Session, error: unknown): void;
  /** The handler says that nothing more will come. */
  onComplete(): void;
}

/** How a session's socket is given up: by a close frame, or at once. */
export type Farewell = { readonly code: number; readonly reason: string } | "abort";

/** One open socket and its protocol: messages are read, matched and delivered in the order in which they came. */
export class Session implements SocketConsumer {
  readonly info: WsConnectInfo;
  readonly outbox: Outbox;
  readonly wire: Wire;
  /** It was open and authenticated. */
  wasReady = false;
  readonly #context: WsContext;
  readonly #owner: SessionOwner;
  readonly #socket: OpenedSocket["socket"];
  readonly #clocks: Clocks;
  readonly #greeting: Greeting;
  readonly #reader: Reader;
  readonly #renew: boolean;
  #isOver = false;
  /** Another socket has taken its place: it only finishes its requests. */
  #isRetired = false;

  constructor(
    context: WsContext,
    owner: SessionOwner,
    opened: OpenedSocket,
    made: { attempt: number; renew: boolean },
  ) {
    this.#context = context;
    this.#owner = owner;
    const { socket, url } = opened;
    this.#socket = socket;
    context.counters.epoch += 1;
    const { status, headers, protocol } = socket;
    this.info = { status, headers, protocol, url, attempt: made.attempt, epoch: context.counters.epoch };
    const { hooks, settings, deadlines, registry, feed, counters } = context;
    this.outbox = new Outbox(
      {
        get buffered(): number {
          return socket.buffered;
        },
        send: (data, taken) => {
          counters.sent += 1;
          socket.send(data, taken);
        },
      },
      hooks.handler.limits?.messagesPerSecond,
      () => context.sends.flush(),
    );
    this.wire = new Wire({
      hooks,
      outbox: this.outbox,
      deadlines,
      registry,
      sequences: feed.sequences,
      subscribeTimeout: settings.subscribeTimeout,
      earlier: feed.interrupted,
      onResumed: (topic) => feed.resumed(topic),
      onFailure: (error) => this.#fail(error),
      onFirstPass: () => this.#guarded(() => owner.onFirstPass(this)),
    });
    this.#clocks = new Clocks({
      settings,
      hooks,
      socket,
      outbox: this.outbox,
      isSubscribed: () => registry.size > 0,
      onDead: (error) => this.#fail(error),
    });
    this.#greeting = new Greeting({
      hooks,
      outbox: this.outbox,
      limit: settings.authTimeout,
      onReady: () => this.#ready(),
      onFailure: (error) => this.#fail(error),
    });
    this.#reader = new Reader({
      context,
      epoch: this.info.epoch,
      side: this,
      outbox: this.outbox,
      wire: this.wire,
      isOver: () => this.#isOver,
      isRetired: () => this.#isRetired,
      judgeGreeting: (message) => !this.wasReady && this.#greeting.judge(message),
      onUpdate: () => this.#clocks.touchData(),
      onDelivered: (useful) => owner.onDelivered(useful),
      onVerdict: (verdict) => this.#apply(verdict),
    });
    context.sessions.add(this);
    this.#renew = made.renew;
  }

  /** Reads the socket, and sends what opens a session. */
  start(): void {
    this.#guarded(() => {
      if (this.#greeting.isNeeded) this.#owner.onGreeting();
      this.#socket.consume(this);
      if (this.#context.pressure.isPaused) this.pause(true);
      if (!this.#isOver) this.#greeting.start(this.info, this.#renew);
    });
  }

  /** Another socket has taken its place. */
  retire(): void {
    this.#isRetired = true;
    this.wire.stop();
  }

  /** A subscription began where there was none. */
  expectData(): void {
    this.#clocks.restartData();
  }

  pause(isPaused: boolean): void {
    if (this.#isOver || !this.#socket.canPause) return;
    if (isPaused) this.#socket.pause();
    else this.#socket.resume();
    this.#clocks.pause(isPaused);
  }

  /** Ends it: nothing more of it is heard, and what waits to be sent is lost. */
  end(farewell: Farewell, cause: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { sessions, requests, sends, settings } = this.#context;
    this.#clocks.stop();
    this.#greeting.stop();
    this.wire.stop();
    this.#reader.endTurn();
    if (farewell === "abort") this.#socket.abort();
    else this.#socket.close(farewell.code, farewell.reason, settings.closeTimeout);
    sessions.remove(this, this.#socket.gone);
    this.outbox.close();
    requests.lost(this, cause);
    sends.lost(this.outbox, cause);
  }

  onMessage(data: WsData): void {
    if (this.#isOver) return;
    this.#guarded(() => this.#reader.read(data));
  }

  onLife(): void {
    this.#clocks.touch();
  }

  onPong(): void {
    this.#context.counters.pongs += 1;
    this.outbox.count();
  }

  onDrain(): void {
    this.outbox.flush();
  }

  onEnd(end: SocketEnd): void {
    if (!this.#isOver) this.#guarded(() => this.#owner.onEnd(this, end));
  }

  #ready(): void {
    this.wasReady = true;
    this.#guarded(() => this.#owner.onReady(this));
    if (this.#isOver) return;
    this.wire.start();
    this.#clocks.restartData();
  }

  #apply(verdict: "end" | "reconnect" | WsErrorVerdict): void {
    if (verdict === "end") this.#owner.onComplete();
    else if (verdict === "reconnect") this.#owner.onPlanned(this);
    else this.#fail(errorOfVerdict(verdict));
  }

  #guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    // Nothing else should be thrown here. A bug of ours must show, and a retry would hide it.
    const failure = TransportError.is(error) ? error : TransportError.handler("the transport itself", error);
    this.#owner.onFailure(this, failure);
  }
}

/** How an attempt ends whose session cannot go on. */
export function failed(error: unknown): AttemptOutcome & { readonly kind: "failed" } {
  return {
    kind: "failed",
    error: TransportError.is(error) ? error : TransportError.handler("the transport itself", error),
  };
}
