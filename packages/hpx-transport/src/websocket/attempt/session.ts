import type { AttemptOutcome } from "../../connection/attempt.js";
import { type AnyTransportError, TransportError } from "../../error.js";
import { Outbox, type OutboxHost } from "../link/outbox.js";
import type { WsConnectInfo } from "../protocol/handler.js";
import type { WsData, WsMessage } from "../protocol/message.js";
import type { WsErrorVerdict } from "../protocol/verdict.js";
import type { OpenSocket, SocketConsumer, SocketEnd } from "../socket/backend.js";
import type { WireHost } from "../topics/wire-host.js";
import { Wire } from "../topics/wire.js";
import { Clocks, type ClocksHost } from "./clocks.js";
import type { WsContext } from "./context.js";
import { Greeting, type GreetingHost, needsGreeting } from "./greeting.js";
import type { OpenedSocket } from "./handshake.js";
import { errorOfVerdict } from "./outcome.js";
import { Reader, type ReaderHost } from "./reader.js";
import type { Farewell, SessionOwner } from "./session-owner.js";

/** One open socket and its protocol: messages are read, matched and delivered in the order in which they came. */
export class Session implements SocketConsumer, ReaderHost, ClocksHost, GreetingHost, OutboxHost, WireHost {
  readonly context: WsContext;
  readonly socket: OpenSocket;
  readonly epoch: number;
  readonly endsTurns: boolean;
  /** It was open and authenticated. */
  wasReady = false;
  /** Another socket has taken its place: it only finishes its requests. */
  isRetired = false;
  isOver = false;
  readonly #owner: SessionOwner;
  readonly #clocks: Clocks;
  readonly #reader: Reader;
  readonly #renew: boolean;
  /** Made for the first message. */
  #outbox: Outbox | undefined;
  /** Until it is ready. */
  #info: WsConnectInfo | undefined;
  /** Until it is ready, where something has to be sent first. */
  #greeting: Greeting | undefined;
  /** Made where there are topics. */
  #wire: Wire | undefined;

  constructor(
    context: WsContext,
    owner: SessionOwner,
    opened: OpenedSocket,
    made: { attempt: number; renew: boolean },
  ) {
    const { hooks, counters, sessions } = context;
    const { socket, url } = opened;
    this.context = context;
    this.socket = socket;
    this.endsTurns = socket.messagesFirst === true;
    this.#owner = owner;
    this.#renew = made.renew;
    counters.epoch += 1;
    this.epoch = counters.epoch;
    const { status, headers, protocol } = socket;
    this.#info = { status, headers, protocol, url, attempt: made.attempt, epoch: this.epoch };
    this.#clocks = new Clocks(this);
    this.#reader = new Reader(this);
    if (needsGreeting(hooks)) this.#greeting = new Greeting(this);
    sessions.add(this);
  }

  /** What waits to be sent. */
  get outbox(): Outbox {
    return (this.#outbox ??= new Outbox(this, this.context.hooks.handler.limits?.messagesPerSecond));
  }

  /** The server's subscriptions. */
  get wire(): Wire {
    return (this.#wire ??= new Wire(this, this.wasReady));
  }

  /** Topics that the server acknowledged. */
  get activeTopics(): ReadonlySet<string> {
    return this.#wire?.active ?? NO_TOPICS;
  }

  get buffered(): number {
    return this.socket.buffered;
  }

  /** Reads the socket, and sends what opens a session. */
  start(): void {
    this.#guarded(() => {
      if (this.#greeting !== undefined) this.#owner.onGreeting();
      this.socket.consume(this);
      if (this.context.isPaused) this.pause(true);
      if (this.isOver) return;
      if (this.#greeting === undefined) this.onGreeted();
      else if (this.#info !== undefined) this.#greeting.start(this.#info, this.#renew);
    });
  }

  /** Another socket has taken its place. */
  retire(): void {
    this.isRetired = true;
    this.#wire?.stop();
  }

  /** A subscription began where there was none. */
  expectData(): void {
    this.#clocks.restartData();
  }

  pause(isPaused: boolean): void {
    if (this.isOver || !this.socket.canPause) return;
    if (isPaused) this.socket.pause();
    else this.socket.resume();
    this.#clocks.pause(isPaused);
  }

  /** Ends it: nothing more of it is heard, and what waits to be sent is lost. */
  end(farewell: Farewell, cause: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#clocks.stop();
    this.#greeting?.stop();
    this.#wire?.stop();
    this.#reader.endTurn();
    if (farewell === "abort") this.socket.abort();
    else this.socket.close(farewell.code, farewell.reason, this.context.settings.closeTimeout);
    this.context.onSessionOver(this, this.socket.gone, cause);
  }

  onMessage(data: WsData): void {
    if (this.isOver) return;
    try {
      this.#reader.read(data);
    } catch (error) {
      this.onFailure(error);
    }
  }

  onLife(): void {
    this.#clocks.touch();
    if (this.endsTurns) this.#reader.endTurn();
  }

  onPong(): void {
    this.context.counters.pongs += 1;
    this.countSent();
  }

  onDrain(): void {
    this.#outbox?.flush();
  }

  /** Something was sent past the outbox, such as a pong, which the service counts as well. */
  countSent(): void {
    if (this.context.hooks.handler.limits?.messagesPerSecond !== undefined) this.outbox.count();
  }

  onEnd(end: SocketEnd): void {
    if (!this.isOver) this.#guarded(() => this.#owner.onEnd(this, end));
  }

  send(data: WsData, taken?: (error?: Error) => void): void {
    this.context.counters.sent += 1;
    this.socket.send(data, taken);
  }

  onRoom(): void {
    this.context.onRoom();
  }

  onUpdate(): void {
    this.#clocks.touchData();
  }

  judgeGreeting(message: WsMessage): boolean {
    return this.#greeting !== undefined && this.#greeting.judge(message);
  }

  onDelivered(useful: boolean): void {
    this.#owner.onDelivered(useful);
  }

  refresh(topic: string): void {
    this.wire.refresh(topic);
  }

  onDead(error: AnyTransportError): void {
    this.onFailure(error);
  }

  onFirstPass(): void {
    this.#guarded(() => this.#owner.onFirstPass(this));
  }

  /** It is open and authenticated. */
  onGreeted(): void {
    const info = this.#info;
    this.wasReady = true;
    this.#greeting = undefined;
    this.#info = undefined;
    if (info !== undefined) this.#guarded(() => this.#owner.onReady(this, info));
    if (this.isOver) return;
    if (this.context.hasTopics && this.context.registry.size > 0) this.wire.start();
    else this.onFirstPass();
    this.#clocks.restartData();
  }

  onVerdict(verdict: "end" | "reconnect" | WsErrorVerdict): void {
    if (verdict === "end") this.#owner.onComplete();
    else if (verdict === "reconnect") this.#owner.onPlanned(this);
    else this.onFailure(errorOfVerdict(verdict));
  }

  onFailure(error: unknown): void {
    if (this.isOver) return;
    // Nothing else should be thrown here. A bug of ours must show, and a retry would hide it.
    const failure = TransportError.is(error) ? error : TransportError.handler("the transport itself", error);
    this.#owner.onFailure(this, failure);
  }

  #guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.onFailure(error);
    }
  }
}

const NO_TOPICS: ReadonlySet<string> = /* @__PURE__ */ new Set();

/** How an attempt ends whose session cannot go on. */
export function failed(error: unknown): AttemptOutcome & { readonly kind: "failed" } {
  return {
    kind: "failed",
    error: TransportError.is(error) ? error : TransportError.handler("the transport itself", error),
  };
}
