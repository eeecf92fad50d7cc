import { soon } from "../../checks/turns.js";
import { TransportError } from "../../error.js";
import type { WsFailure, WsReading } from "../protocol/handler.js";
import { batches, type Call, Calls } from "./calls.js";
import { SubscriptionIds } from "./subscription-ids.js";
import type { WireHost } from "./wire-host.js";

/** Topics that are remembered after they were left. */
const MAX_LEFT = 10_000;

/** `asked`: no answer yet; `leaving`: no answer to the unsubscribe message yet. */
type WireTopic = "asked" | "active" | "leaving";

/**
 * The topics of one socket, as the server knows them. They follow what is wanted: whatever changes only marks a topic, and a
 * moment later all marked topics are compared and asked for in batches. A topic whose message has no answer yet waits for it.
 */
export class Wire {
  readonly #host: WireHost;
  readonly #topics = new Map<string, WireTopic>();
  readonly #calls: Calls;
  readonly #ids: SubscriptionIds;
  /** Topics that an earlier socket delivered: they may be resumed. */
  readonly #earlier: ReadonlySet<string>;
  /** Topics that were left on this socket: updates of them may still come. */
  readonly #left = new Set<string>();
  #marked = new Set<string>();
  /** Topics of the first pass that are undecided; undefined before the socket is ready, and after the pass. */
  #firstPass: Set<string> | undefined;
  #isReady: boolean;
  #isOver = false;

  /** `isReady`: the socket is, and there was nothing to ask for. */
  constructor(host: WireHost, isReady: boolean) {
    this.#host = host;
    const { deadlines, hooks, feed } = host.context;
    this.#calls = new Calls(deadlines);
    this.#ids = new SubscriptionIds(hooks);
    this.#earlier = feed.interrupted;
    this.#isReady = isReady;
  }

  /** The socket is ready: everything that is wanted is asked for. */
  start(): void {
    this.#isReady = true;
    const { topics } = this.#host.context.registry;
    this.#firstPass = new Set(topics);
    for (const topic of topics) this.#marked.add(topic);
    this.#sync();
    this.#decided();
  }

  stop(): void {
    this.#isOver = true;
    this.#calls.stop();
  }

  isActive(topic: string): boolean {
    return this.#topics.get(topic) === "active";
  }

  /** Whether the topic is, or was, subscribed to on this socket. */
  knows(topic: string): boolean {
    return this.#topics.has(topic) || this.#left.has(topic);
  }

  /** Topics that the server acknowledged. */
  get active(): ReadonlySet<string> {
    return new Set([...this.#topics].filter(([, state]) => state === "active").map(([topic]) => topic));
  }

  /** Whether the topic is wanted has changed. */
  mark(topic: string): void {
    if (this.#marked.size === 0 && this.#isReady) soon(() => this.#sync());
    this.#marked.add(topic);
  }

  /** Unsubscribes and subscribes again, such as for a snapshot. */
  refresh(topic: string): void {
    if (this.#topics.get(topic) === "active") void this.#call("unsubscribe", [topic]);
  }

  /** The topic of an update, by its name or by its subscription. */
  topicOf({ topic, subscription }: WsReading): string | undefined {
    return topic ?? (subscription === undefined ? undefined : this.#ids.topicOf(subscription));
  }

  /** An update of the topic came: the server has it, whatever became of the acknowledgement. */
  delivered(topic: string): void {
    if (this.#topics.get(topic) === "asked") this.#acknowledge(topic);
  }

  /** Takes what a message says about topics. Returns whether it answers a message of ours by its id. */
  take({ id, acks, nacks, ended, error, value }: WsReading): boolean {
    const call = this.#calls.get(id);
    if (call?.kind === "subscribe") this.#ids.answered(call.topics, value);
    for (const topic of acks ?? []) this.#acknowledge(topic);
    for (const nack of nacks ?? []) this.#refuse(nack.topic, nack);
    for (const topic of ended ?? []) this.#ended(topic);
    if (call === undefined) return false;
    if (error !== undefined) for (const topic of call.topics) this.#refuse(topic, error);
    else if (acks === undefined && nacks === undefined) for (const topic of call.topics) this.#acknowledge(topic);
    return true;
  }

  /** Compares what is marked with what the server knows. */
  #sync(): void {
    if (this.#isOver || !this.#isReady) return;
    const marked = this.#marked;
    this.#marked = new Set();
    const { registry } = this.#host.context;
    const wanted: string[] = [];
    const unwanted: string[] = [];
    for (const topic of marked) {
      const state = this.#topics.get(topic);
      if (registry.wants(topic)) {
        if (state === undefined) wanted.push(topic);
      } else {
        this.#firstPass?.delete(topic);
        if (state === "active") unwanted.push(topic);
      }
    }
    for (const topics of batches(unwanted, this.#topicsPerMessage)) void this.#call("unsubscribe", topics);
    const { resumable, others } = this.#split(wanted);
    for (const topic of resumable) void this.#call("resume", [topic]);
    for (const topics of batches(others, this.#topicsPerMessage)) void this.#call("subscribe", topics);
    this.#decided();
  }

  #split(topics: readonly string[]): { resumable: string[]; others: string[] } {
    const { hooks, feed } = this.#host.context;
    const canResume = (topic: string): boolean =>
      hooks.handler.resume !== undefined && this.#earlier.has(topic) && feed.sequences.lastOf(topic) !== undefined;
    return { resumable: topics.filter(canResume), others: topics.filter((topic) => !canResume(topic)) };
  }

  get #topicsPerMessage(): number {
    return this.#host.context.hooks.handler.limits?.topicsPerMessage ?? Number.POSITIVE_INFINITY;
  }

  async #call(kind: "subscribe" | "unsubscribe" | "resume", topics: readonly string[]): Promise<void> {
    const { hooks, feed } = this.#host.context;
    try {
      const id = hooks.nextId();
      const call = this.#calls.add(kind === "unsubscribe" ? kind : "subscribe", id, topics);
      for (const topic of topics) this.#topics.set(topic, kind === "unsubscribe" ? "leaving" : "asked");
      let messages =
        kind === "resume"
          ? await hooks.resume(topics[0] as string, feed.sequences.lastOf(topics[0] as string) as number, id)
          : await hooks.topics(kind, topics, id, (topic) => this.#ids.of(topic));
      if (this.#isOver) return;
      if (kind === "resume" && messages.length > 0) feed.resumed(topics[0] as string);
      else if (kind === "resume") messages = await hooks.topics("subscribe", topics, id, () => undefined);
      if (this.#isOver) return;
      if (call.kind === "subscribe") this.#ids.asked(topics, id);
      this.#send(call, messages);
    } catch (error) {
      this.#host.onFailure(error);
    }
  }

  #send(call: Call, messages: readonly (string | Uint8Array)[]): void {
    const { outbox } = this.#host;
    const onHanded = (): void => this.#sent(call);
    for (const [index, data] of messages.entries()) {
      outbox.push(index === messages.length - 1 ? { data, onHanded } : { data });
    }
    // Nothing to say to the server: the topic is only a name for what comes anyway.
    if (messages.length === 0) for (const topic of call.topics) this.#acknowledge(topic);
  }

  #sent(call: Call): void {
    if (call.topics.size === 0) return;
    const { acknowledges = true, acknowledgesUnsubscribe = acknowledges } = this.#host.context.hooks.handler;
    const answers = call.kind === "subscribe" ? acknowledges : acknowledgesUnsubscribe;
    if (!answers) {
      for (const topic of call.topics) this.#acknowledge(topic);
      return;
    }
    this.#calls.expectAnswer(call, this.#host.context.settings.subscribeTimeout, () => this.#late(call));
  }

  #late(call: Call): void {
    if (call.kind === "unsubscribe") {
      for (const topic of call.topics) this.#acknowledge(topic);
      return;
    }
    const reason = `no answer within ${this.#host.context.settings.subscribeTimeout} ms (subscribeTimeout)`;
    for (const topic of call.topics) {
      // The server may have the subscription all the same, so it is ended as one that is active.
      this.#settle(topic, "active");
      this.#host.context.registry.ended(topic, TransportError.subscriptionFailed([topic], reason));
    }
    this.#decided();
  }

  #acknowledge(topic: string): void {
    const state = this.#topics.get(topic);
    if (state === "asked") {
      this.#settle(topic, "active");
      this.#host.context.registry.acknowledged(topic);
      this.#decided();
    } else if (state === "leaving") {
      this.#settle(topic, undefined);
      if (this.#left.size < MAX_LEFT) this.#left.add(topic);
    } else return;
    // Whether it is wanted may have changed in the meantime.
    this.mark(topic);
  }

  #refuse(topic: string, { reason, code }: WsFailure): void {
    const state = this.#topics.get(topic);
    if (state === undefined) return;
    this.#settle(topic, undefined);
    if (state !== "leaving") {
      const why = [reason, code].filter((part) => part !== undefined).join(", ") || "the server refused it";
      this.#host.context.registry.ended(topic, TransportError.subscriptionFailed([topic], why));
    }
    this.#decided();
    this.mark(topic);
  }

  #ended(topic: string): void {
    if (!this.#topics.has(topic)) return;
    this.#settle(topic, undefined);
    this.#host.context.registry.ended(topic, undefined);
    this.#decided();
    this.mark(topic);
  }

  /** The one place where the state of a topic changes after its message was made. */
  #settle(topic: string, state: "active" | undefined): void {
    this.#calls.settle(topic);
    this.#firstPass?.delete(topic);
    if (state !== undefined) this.#topics.set(topic, state);
    else {
      this.#topics.delete(topic);
      this.#ids.forget(topic);
    }
  }

  #decided(): void {
    if (this.#firstPass === undefined || this.#firstPass.size > 0) return;
    this.#firstPass = undefined;
    this.#host.onFirstPass();
  }
}
