import { soon } from "../../checks/turns.js";
import type { Observers } from "../../observe/observers.js";
import type { Outbox } from "../link/outbox.js";
import type { WsReading } from "../protocol/handler.js";
import type { WsData, WsMessage } from "../protocol/message.js";
import type { WsVerdict } from "../protocol/verdict.js";
import type { Inbox } from "../topics/inbox.js";
import type { Wire } from "../topics/wire.js";
import type { WsContext } from "./context.js";

/** What the reader needs of its session. */
export interface ReaderHost {
  readonly context: WsContext;
  readonly epoch: number;
  /** The side of the session, where another one replaces it. */
  readonly side: object;
  readonly outbox: Outbox;
  readonly wire: Wire;
  readonly isOver: () => boolean;
  /** Another socket has taken its place: only responses are of use. */
  readonly isRetired: () => boolean;
  /** Whether the message answers what opens the session. */
  readonly judgeGreeting: (message: WsMessage) => boolean;
  readonly onUpdate: () => void;
  readonly onDelivered: (useful: boolean) => void;
  readonly onVerdict: (verdict: Exclude<WsVerdict, { readonly lost: unknown }>) => void;
}

/** Reads the messages of one socket: each is parsed once by the handler, matched, and delivered in the order of the wire. */
export class Reader {
  readonly #host: ReaderHost;
  /** The buffers that got something in this turn of the event loop; undefined before the first message of a turn. */
  #touched: Inbox[] | undefined;
  /** Observes the messages of this turn. */
  #listener: ReturnType<Observers["eventListener"]>;

  constructor(host: ReaderHost) {
    this.#host = host;
  }

  /** Throws what a hook throws. */
  read(data: WsData): void {
    const { context, isOver } = this.#host;
    const { counters, hooks } = context;
    counters.bytes += data.length;
    if (this.#touched === undefined) this.#beginTurn();
    const readings = hooks.read(data);
    if (!isList(readings)) return this.#take(readings, data);
    for (const reading of readings) if (!isOver()) this.#take(reading, data);
  }

  /** Consumers are woken after the last message of a turn: until then a hook may still close. */
  endTurn(): void {
    const touched = this.#touched;
    this.#touched = undefined;
    for (const inbox of touched ?? []) inbox.endTurn();
  }

  #beginTurn(): void {
    const { counters, observers } = this.#host.context;
    this.#touched = [];
    counters.lastEventAt = Date.now();
    this.#listener = observers.eventListener();
    soon(() => this.endTurn());
  }

  #take(reading: WsReading, data: WsData): void {
    const { context, outbox, isOver } = this.#host;
    const { hooks, counters } = context;
    const { handler } = hooks;
    const message = this.#messageOf(reading, data);
    counters.events += 1;
    this.#listener?.({ event: message.kind, id: "", data });
    if (this.#host.judgeGreeting(message)) return;
    if (handler.pong !== undefined) {
      const answer = hooks.pong(message);
      if (answer !== undefined) outbox.push({ data: answer });
    }
    if (reading.kind === "update") this.#host.onUpdate();
    const verdict = reading.verdict ?? (handler.judgeMessage === undefined ? undefined : hooks.judgeMessage(message));
    if (typeof verdict === "object" && "lost" in verdict) this.#noteLoss(message, verdict.lost);
    this.#deliver(reading, message);
    if (verdict === undefined || isOver() || (typeof verdict === "object" && "lost" in verdict)) return;
    this.#host.onVerdict(verdict);
  }

  #messageOf(reading: WsReading, data: WsData): WsMessage {
    const { kind, id, value } = reading;
    const message: WsMessage = { kind, data, epoch: this.#host.epoch };
    if (value !== undefined) message.value = value;
    if (id !== undefined) message.id = id;
    const hasTopic = reading.topic !== undefined || reading.subscription !== undefined;
    const topic = hasTopic ? this.#host.wire.topicOf(reading) : undefined;
    if (topic !== undefined) message.topic = topic;
    return message;
  }

  #deliver(reading: WsReading, message: WsMessage): void {
    const { context, wire, onDelivered, isRetired } = this.#host;
    const { counters, requests } = context;
    const { kind, id, acks, nacks, ended } = reading;
    const isAboutTopics = id !== undefined || acks !== undefined || nacks !== undefined || ended !== undefined;
    const answersOurs = isAboutTopics && wire.take(reading);
    if (id !== undefined && !answersOurs && kind === "response") {
      if (requests.answer(id, reading, message.data)) return onDelivered(true);
      counters.unmatched += 1;
    }
    onDelivered(kind === "update" || (kind === "response" && !answersOurs));
    if (isRetired() || this.#deliverByTopic(message) || answersOurs) return;
    if (context.stream.push(message)) this.#touched?.push(context.stream);
  }

  /** Returns whether the message belongs to a topic, also one that was left. */
  #deliverByTopic(message: WsMessage): boolean {
    const { context, wire, side } = this.#host;
    const { topic } = message;
    if (topic === undefined) return false;
    if (message.kind === "update") wire.delivered(topic);
    const touched = this.#touched ?? [];
    const refresh = (name: string): void => wire.refresh(name);
    if (context.feed.deliver(side, { topic, message, touched, refresh })) return true;
    if (!wire.knows(topic)) return false;
    context.counters.unclaimed += 1;
    return true;
  }

  #noteLoss(message: WsMessage, missing: number | "unknown"): void {
    const { counters, hooks } = this.#host.context;
    counters.lost += missing === "unknown" ? 1 : missing;
    message.gap = { topic: message.topic ?? "", reason: "sequence", missing };
    hooks.gap(message.gap);
  }
}

function isList(readings: WsReading | readonly WsReading[]): readings is readonly WsReading[] {
  return Array.isArray(readings);
}
