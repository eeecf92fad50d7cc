import { Channel } from "../../connection/channel.js";
import { quietDeferred } from "../../connection/deferred.js";
import { type AnyTransportError, TransportError } from "../../error.js";
import type { WsOverflow } from "../config/options.js";
import type { WsMessage } from "../protocol/message.js";
import { channelOptions, Inbox, type InboxHost, LatestMessages } from "./inbox.js";
import { Subscriber } from "./subscriber.js";
import type { Turn } from "./turn.js";

/** What the registry needs of its connection. */
export interface RegistryHost extends InboxHost {
  readonly settings: { readonly eventCapacity: number; readonly bufferSize: number };
  readonly overflow: WsOverflow;
  readonly topicsPerConnection: number;
  /** A topic is wanted that was not, or the other way round. */
  onWanted(topic: string): void;
  /** The consumer asks for what is left of a connection that is over. */
  onRest(): void;
}

/** The options of one subscription that differ from the connection's. */
export interface SubscriberOptions {
  readonly eventCapacity?: number | undefined;
  readonly overflow?: WsOverflow | undefined;
}

/** The topics that are wanted, in the order of their first subscription, and the subscriptions of each. */
export class Registry {
  readonly #host: RegistryHost;
  readonly #topics = new Map<string, Set<Subscriber>>();
  #end: { readonly error?: unknown; readonly discard: boolean } | undefined;

  constructor(host: RegistryHost) {
    this.#host = host;
  }

  /** The wanted topics, in the order of their first subscription. */
  get topics(): readonly string[] {
    return [...this.#topics.keys()];
  }

  get size(): number {
    return this.#topics.size;
  }

  wants(topic: string): boolean {
    return this.#topics.has(topic);
  }

  /** A new subscription to `topics`. It is over at once where a limit does not allow it. `isActive`: the topic is acknowledged. */
  subscribe(
    topics: readonly string[],
    options: SubscriberOptions,
    isActive: (topic: string) => boolean,
    closedError: () => AnyTransportError,
  ): Subscriber {
    const subscriber: Subscriber = this.#make(topics, options);
    if (this.#end !== undefined) {
      subscriber.end(this.#end.error ?? closedError(), true);
      return subscriber;
    }
    const added = topics.filter((topic) => !this.#topics.has(topic)).length;
    const { topicsPerConnection } = this.#host;
    if (this.#topics.size + added > topicsPerConnection) {
      subscriber.end(TransportError.capacity("topics", topicsPerConnection), true);
      return subscriber;
    }
    for (const topic of topics) {
      const holders = this.#topics.get(topic);
      if (holders !== undefined) holders.add(subscriber);
      else this.#topics.set(topic, new Set([subscriber]));
      if (isActive(topic)) subscriber.acknowledged(topic);
      if (holders === undefined) this.#host.onWanted(topic);
    }
    return subscriber;
  }

  /** The subscription has ended, or is to end: its topics are not wanted any more, unless others hold them. */
  release(subscriber: Subscriber): void {
    for (const topic of subscriber.topics) {
      const holders = this.#topics.get(topic);
      if (holders === undefined || !holders.delete(subscriber) || holders.size > 0) continue;
      this.#topics.delete(topic);
      this.#host.onWanted(topic);
    }
  }

  /**
   * Delivers to every subscription of the topic; `turn` gets those that got their first message of it. Returns
   * whether there is one.
   */
  deliver(topic: string, message: WsMessage, turn: Turn): boolean {
    const holders = this.#topics.get(topic);
    if (holders === undefined) return false;
    let isShared = false;
    for (const { inbox } of holders) {
      // A buffer may change the gap of a message, and bytes belong to one consumer.
      if (inbox.push(isShared ? copyOf(message) : message)) turn.add(inbox);
      isShared = true;
    }
    return true;
  }

  acknowledged(topic: string): void {
    for (const subscriber of this.#topics.get(topic) ?? []) subscriber.acknowledged(topic);
  }

  /** The server refuses the topic, or ends it: with `error`, or cleanly. Its subscriptions end. */
  ended(topic: string, error: AnyTransportError | undefined): void {
    for (const subscriber of this.#topics.get(topic) ?? []) {
      subscriber.end(error, false);
      this.release(subscriber);
    }
  }

  /** The connection is over. `discard`: unread messages are dropped. */
  close(end: { readonly error?: unknown; readonly discard: boolean }): void {
    this.#end = end;
    const subscribers = new Set([...this.#topics.values()].flatMap((holders) => [...holders]));
    this.#topics.clear();
    for (const subscriber of subscribers) subscriber.end(end.error, end.discard);
  }

  #make(topics: readonly string[], options: SubscriberOptions): Subscriber {
    const host = this.#host;
    const { eventCapacity = host.settings.eventCapacity, overflow = host.overflow } = options;
    const latest = overflow === "keep-latest" ? new LatestMessages() : undefined;
    const channel: Channel<WsMessage> = new Channel<WsMessage>(
      channelOptions({ eventCapacity, bufferSize: host.settings.bufferSize }, latest),
      { onDrain: () => host.release(subscriber.inbox), onRest: () => host.onRest() },
    );
    const inbox = new SubscriberInbox(host, { channel, overflow, latest }, () => {
      subscriber.end(TransportError.overflow(channel.length), false);
      this.release(subscriber);
    });
    const subscriber = new Subscriber(topics, inbox, quietDeferred<void>());
    return subscriber;
  }
}

/** The buffer of one subscription, which ends where it overflows. */
class SubscriberInbox extends Inbox {
  readonly #onOverflow: () => void;

  constructor(host: InboxHost, options: ConstructorParameters<typeof Inbox>[1], onOverflow: () => void) {
    super(host, options);
    this.#onOverflow = onOverflow;
  }

  protected override onOverflow(): void {
    this.#onOverflow();
  }
}

function copyOf(message: WsMessage): WsMessage {
  const { data } = message;
  return { ...message, data: typeof data === "string" ? data : data.slice() };
}
