import { soon } from "../../checks/turns.js";
import type { AttemptOutcome } from "../../connection/attempt.js";
import { TransportError } from "../../error.js";
import type { Observers } from "../../observe/observers.js";
import { Outbox } from "../link/outbox.js";
import type { WsConnectInfo, WsReading } from "../protocol/handler.js";
import type { WsData, WsMessage } from "../protocol/message.js";
import type { WsVerdict } from "../protocol/verdict.js";
import type { SocketConsumer, SocketEnd } from "../socket/backend.js";
import type { Inbox } from "../topics/inbox.js";
import { Wire } from "../topics/wire.js";
import { Clocks } from "./clocks.js";
import type { WsContext } from "./context.js";
import { Greeting } from "./greeting.js";
import type { OpenedSocket } from "./handshake.js";
import { errorOfVerdict } from "./outcome.js";

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
  readonly #renew: boolean;
  #isOver = false;
  /** Another socket has taken its place: it only finishes its requests. */
  #isRetired = false;
  /** The buffers that got something in this turn of the event loop; undefined before the first message of a turn. */
  #touched: Inbox[] | undefined;
  /** Observes the messages of this turn. */
  #listener: ReturnType<Observers["eventListener"]>;

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
    this.#endTurn();
    if (farewell === "abort") this.#socket.abort();
    else this.#socket.close(farewell.code, farewell.reason, settings.closeTimeout);
    sessions.remove(this, this.#socket.gone);
    this.outbox.close();
    requests.lost(this, cause);
    sends.lost(this.outbox, cause);
  }

  onMessage(data: WsData): void {
    if (this.#isOver) return;
    const { counters, hooks } = this.#context;
    counters.bytes += data.length;
    if (this.#touched === undefined) this.#beginTurn();
    try {
      const readings = hooks.read(data);
      if (isList(readings)) {
        for (const reading of readings) if (!this.#isOver) this.#take(reading, data);
      } else this.#take(readings, data);
    } catch (error) {
      this.#fail(error);
    }
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

  #beginTurn(): void {
    const { counters, observers } = this.#context;
    this.#touched = [];
    counters.lastEventAt = Date.now();
    this.#listener = observers.eventListener();
    soon(() => this.#endTurn());
  }

  /** Consumers are woken after the last message of a turn: until then a hook may still close. */
  #endTurn(): void {
    const touched = this.#touched;
    this.#touched = undefined;
    for (const inbox of touched ?? []) inbox.endTurn();
  }

  #take(reading: WsReading, data: WsData): void {
    const { hooks, counters } = this.#context;
    const { handler } = hooks;
    const message = this.#messageOf(reading, data);
    counters.events += 1;
    this.#listener?.({ event: message.kind, id: "", data });
    if (!this.wasReady && this.#greeting.judge(message)) return;
    if (handler.pong !== undefined) {
      const answer = hooks.pong(message);
      if (answer !== undefined) this.outbox.push({ data: answer });
    }
    const isUpdate = reading.kind === "update";
    if (isUpdate) this.#clocks.touchData();
    const verdict = reading.verdict ?? (handler.judgeMessage === undefined ? undefined : hooks.judgeMessage(message));
    if (typeof verdict === "object" && "lost" in verdict) this.#noteLoss(message, verdict.lost);
    this.#deliver(reading, message);
    if (verdict !== undefined && !this.#isOver) this.#apply(verdict);
  }

  #messageOf(reading: WsReading, data: WsData): WsMessage {
    const { kind, id, value } = reading;
    const message: WsMessage = { kind, data, epoch: this.info.epoch };
    if (value !== undefined) message.value = value;
    if (id !== undefined) message.id = id;
    const topic =
      reading.topic === undefined && reading.subscription === undefined ? undefined : this.wire.topicOf(reading);
    if (topic !== undefined) message.topic = topic;
    return message;
  }

  #deliver(reading: WsReading, message: WsMessage): void {
    const { counters, requests, feed, stream } = this.#context;
    const { kind, id, acks, nacks, ended } = reading;
    const isAboutTopics = id !== undefined || acks !== undefined || nacks !== undefined || ended !== undefined;
    const isOfTopics = isAboutTopics && this.wire.take(reading);
    if (id !== undefined && !isOfTopics && kind === "response") {
      if (requests.answer(id, reading, message.data)) {
        this.#owner.onDelivered(true);
        return;
      }
      counters.unmatched += 1;
    }
    const useful = kind === "update" || (kind === "response" && !isOfTopics);
    this.#owner.onDelivered(useful);
    if (this.#isRetired) return;
    const { topic } = message;
    const touched = this.#touched ?? [];
    if (topic !== undefined) {
      if (kind === "update") this.wire.delivered(topic);
      const update = { topic, message, touched, refresh: (name: string) => this.wire.refresh(name) };
      if (feed.deliver(this, update)) return;
      if (this.wire.knows(topic)) {
        counters.unclaimed += 1;
        return;
      }
    }
    if (!isOfTopics && stream.push(message)) touched.push(stream);
  }

  #noteLoss(message: WsMessage, missing: number | "unknown"): void {
    this.#context.counters.lost += missing === "unknown" ? 1 : missing;
    message.gap = { topic: message.topic ?? "", reason: "sequence", missing };
    this.#context.hooks.gap(message.gap);
  }

  #apply(verdict: WsVerdict): void {
    if (verdict === "end") this.#owner.onComplete();
    else if (verdict === "reconnect") this.#owner.onPlanned(this);
    else if ("error" in verdict) this.#fail(errorOfVerdict(verdict));
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

function isList(readings: WsReading | readonly WsReading[]): readings is readonly WsReading[] {
  return Array.isArray(readings);
}
