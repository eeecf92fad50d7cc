import { soon } from "../../checks/turns.js";
import type { Observers } from "../../observe/observers.js";
import type { Outbox } from "../link/outbox.js";
import type { WsReading } from "../protocol/handler.js";
import type { WsData, WsMessage } from "../protocol/message.js";
import type { WsVerdict } from "../protocol/verdict.js";
import type { UpdateSource } from "../topics/feed.js";
import { Turn } from "../topics/turn.js";
import type { Wire } from "../topics/wire.js";
import type { WsContext } from "./context.js";

/** What the reader needs of its session. */
export interface ReaderHost extends UpdateSource {
  readonly context: WsContext;
  readonly epoch: number;
  readonly outbox: Outbox;
  readonly wire: Wire;
  readonly isOver: boolean;
  /** Another socket has taken its place: only responses are of use. */
  readonly isRetired: boolean;
  /** The session calls {@link Reader.endTurn} after the messages that arrived together. */
  readonly endsTurns: boolean;
  /** Whether the message answers what opens the session. */
  judgeGreeting(message: WsMessage): boolean;
  onUpdate(): void;
  onDelivered(useful: boolean): void;
  onVerdict(verdict: Exclude<WsVerdict, { readonly lost: unknown }>): void;
}

/** Reads the messages of one socket: each is parsed once by the handler, matched, and delivered in the order of the wire. */
export class Reader {
  readonly #host: ReaderHost;
  readonly #turn = new Turn();
  #isInTurn = false;
  /** Observes the messages of this turn. */
  #listener: ReturnType<Observers["eventListener"]>;

  constructor(host: ReaderHost) {
    this.#host = host;
  }

  /** Throws what a hook throws. */
  read(data: WsData): void {
    const { counters, hooks } = this.#host.context;
    counters.bytes += data.length;
    if (!this.#isInTurn) this.#beginTurn();
    const readings = hooks.read(data);
    if (!isList(readings)) return this.#take(readings, data);
    for (const reading of readings) if (!this.#host.isOver) this.#take(reading, data);
  }

  /** Wakes the consumers. */
  endTurn(): void {
    if (!this.#isInTurn) return;
    this.#isInTurn = false;
    this.#turn.end();
  }

  #beginTurn(): void {
    const { counters, observers } = this.#host.context;
    this.#isInTurn = true;
    counters.lastEventAt = Date.now();
    this.#listener = observers.eventListener();
    if (!this.#host.endsTurns) soon(() => this.endTurn());
  }

  #take(reading: WsReading, data: WsData): void {
    const host = this.#host;
    const { hooks, counters } = host.context;
    const { handler } = hooks;
    const message = this.#messageOf(reading, data);
    counters.events += 1;
    this.#listener?.({ event: message.kind, id: "", data });
    if (host.judgeGreeting(message)) return;
    if (handler.pong !== undefined) {
      const answer = hooks.pong(message);
      if (answer !== undefined) host.outbox.push({ data: answer });
    }
    if (reading.kind === "update") host.onUpdate();
    const verdict = reading.verdict ?? (handler.judgeMessage === undefined ? undefined : hooks.judgeMessage(message));
    if (verdict === undefined) return this.#deliver(reading, message);
    const isLoss = typeof verdict === "object" && "lost" in verdict;
    if (isLoss) this.#noteLoss(message, verdict.lost);
    this.#deliver(reading, message);
    if (!isLoss && !host.isOver) host.onVerdict(verdict);
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
    const host = this.#host;
    const { context } = host;
    const { kind, id, acks, nacks, ended } = reading;
    const isAboutTopics = id !== undefined || acks !== undefined || nacks !== undefined || ended !== undefined;
    const answersOurs = isAboutTopics && host.wire.take(reading);
    if (id !== undefined && !answersOurs && kind === "response") {
      if (context.requests.answer(id, reading, message.data)) return host.onDelivered(true);
      context.counters.unmatched += 1;
    }
    host.onDelivered(kind === "update" || (kind === "response" && !answersOurs));
    if (host.isRetired || this.#deliverByTopic(message) || answersOurs) return;
    const { stream } = context;
    if (stream.push(message)) this.#turn.add(stream);
  }

  /** Returns whether the message belongs to a topic, also one that was left. */
  #deliverByTopic(message: WsMessage): boolean {
    const { topic } = message;
    if (topic === undefined) return false;
    const host = this.#host;
    const { feed, counters } = host.context;
    if (message.kind === "update") host.wire.delivered(topic);
    if (feed.deliver(host, topic, message, this.#turn)) return true;
    if (!host.wire.knows(topic)) return false;
    counters.unclaimed += 1;
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
