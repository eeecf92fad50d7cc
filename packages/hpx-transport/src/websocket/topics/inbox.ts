import type { Channel } from "../../connection/channel.js";
import type { ChannelOptions } from "../../connection/channel-options.js";
import type { Gate } from "../../connection/gate.js";
import type { WsOverflow } from "../config/options.js";
import { sizeOf, type WsGap, type WsMessage } from "../protocol/message.js";
import type { Pressed } from "./pressure.js";

/** The connection of a buffer. */
export interface InboxHost {
  /** The buffer is full: the sockets pause. */
  hold(buffer: Pressed): void;
  /** It has room again, or its consumer has gone. */
  release(buffer: Pressed): void;
  /** Messages were dropped. */
  onDropped(count: number, gap: WsGap): void;
}

/** Puts messages into the channel of one consumer, and does what `overflow` says where the consumer does not keep up. */
export class Inbox<Host extends InboxHost = InboxHost> implements Pressed {
  readonly channel: Channel<WsMessage>;
  protected readonly host: Host;
  readonly #overflow: WsOverflow;
  /** Gaps that the next message of their topic carries. */
  #gaps: Map<string, WsGap> | undefined;
  /** The message of each topic that is unread, where only the latest is kept. */
  readonly #latest: LatestMessages | undefined;
  /** Messages that came, and those of them that were dropped. */
  received = 0;
  dropped = 0;
  /** The next one of those that were pushed to in the same turn. */
  nextInTurn: Inbox | undefined;
  /** It was pushed to in this turn of the event loop. */
  #isTouched = false;

  constructor(
    host: Host,
    options: {
      readonly channel: Channel<WsMessage>;
      readonly overflow: WsOverflow;
      readonly latest: LatestMessages | undefined;
    },
  ) {
    this.host = host;
    this.channel = options.channel;
    this.#overflow = options.overflow;
    this.#latest = options.latest;
  }

  /**
   * Delivers a message. Returns whether it is the first one of this turn: then {@link Inbox.endTurn} has to be called when the
   * turn is over. Only at the first one the channel is asked whether it is full, because the consumer had its turn before, so
   * one that keeps up loses nothing.
   */
  push(message: WsMessage): boolean {
    const isFirst = !this.#isTouched;
    this.received += 1;
    this.#isTouched = true;
    if (isFirst && this.channel.full) this.onFull();
    if (this.#gaps !== undefined) this.#carryGap(this.#gaps, message);
    const replaced = this.#latest?.replace(message);
    if (replaced === undefined) this.channel.push(message);
    else this.#count(1, replaced);
    return isFirst;
  }

  /** Serves the consumer that waits. */
  endTurn(): void {
    this.#isTouched = false;
    this.channel.wake();
  }

  /** The next message of the topic carries `gap`. */
  markGap(gap: WsGap): void {
    this.#gaps ??= new Map();
    this.#gaps.set(gap.topic, merged(gap, this.#gaps.get(gap.topic)));
  }

  onPauseLimit(): void {
    this.onOverflow();
  }

  /** Nothing more comes. */
  close(): void {
    this.host.release(this);
  }

  /** The consumer did not keep up. */
  protected onFull(): void {
    if (this.#overflow === "wait") this.host.hold(this);
    else if (this.#overflow === "drop-oldest") this.dropOldest();
    else if (this.#overflow === "error") this.onOverflow();
  }

  /** It is full, and that is an error; or it paused the sockets for too long. */
  protected onOverflow(): void {}

  /** Makes room; the oldest message that is left of each topic carries the gap. */
  dropOldest(): void {
    const dropped = new Map<string, number>();
    this.channel.dropOldest(({ topic = "", gap }) => {
      dropped.set(topic, (dropped.get(topic) ?? 0) + 1);
      if (gap !== undefined) this.markGap(gap);
    });
    for (const [topic, missing] of dropped) this.#mark({ topic, reason: "overflow", missing });
  }

  #carryGap(gaps: Map<string, WsGap>, message: WsMessage): void {
    const { topic = "" } = message;
    const due = gaps.get(topic);
    if (due === undefined) return;
    this.#forgetGap(gaps, topic);
    message.gap = merged(due, message.gap);
  }

  #forgetGap(gaps: Map<string, WsGap>, topic: string): void {
    gaps.delete(topic);
    if (gaps.size === 0) this.#gaps = undefined;
  }

  #count(dropped: number, gap: WsGap): void {
    this.dropped += dropped;
    this.host.onDropped(dropped, gap);
  }

  #mark(gap: WsGap): void {
    let oldest: WsMessage | undefined;
    for (const message of this.channel.unread()) if ((message.topic ?? "") === gap.topic) oldest = message;
    if (oldest === undefined) this.markGap(gap);
    else {
      const missed = merged(gap, this.#gaps?.get(gap.topic));
      if (this.#gaps !== undefined) this.#forgetGap(this.#gaps, gap.topic);
      oldest.gap = merged(missed, oldest.gap);
    }
    this.#count(Number(gap.missing), gap);
  }
}

/** The last options that {@link channelOptions} made. Most connections of a process have the same. */
let lastOptions: ChannelOptions<WsMessage> | undefined;

/** How much a buffer holds. Where only the latest message of each topic is kept, there is no limit. */
export function channelOptions(
  { eventCapacity, bufferSize }: { readonly eventCapacity: number; readonly bufferSize: number },
  latest: LatestMessages | undefined,
): ChannelOptions<WsMessage> {
  const { POSITIVE_INFINITY } = Number;
  if (latest !== undefined) return { capacity: POSITIVE_INFINITY, bufferSize: POSITIVE_INFINITY, sizeOf, gate: latest };
  if (lastOptions?.capacity !== eventCapacity || lastOptions.bufferSize !== bufferSize) {
    lastOptions = { capacity: eventCapacity, bufferSize, sizeOf };
  }
  return lastOptions;
}

/** The unread message of each topic. A newer one takes its place, so that one a topic is kept. */
export class LatestMessages implements Gate<WsMessage> {
  readonly closed = false;
  readonly #unread = new Map<string, WsMessage>();

  asked(): void {}

  pass(message: WsMessage): boolean {
    this.#unread.delete(message.topic ?? "");
    return true;
  }

  /** Puts `message` in place of the unread one of its topic. Returns the gap; undefined where there is none to replace. */
  replace(message: WsMessage): WsGap | undefined {
    const { topic = "" } = message;
    const unread = this.#unread.get(topic);
    if (unread === undefined) {
      this.#unread.set(topic, message);
      return undefined;
    }
    const lost: WsGap = { topic, reason: "overflow", missing: 1 };
    const gap = merged(merged(lost, unread.gap), message.gap);
    for (const key of ["value", "id", "topic"] as const) delete unread[key];
    Object.assign(unread, message, { gap });
    return lost;
  }
}

/** One gap of two: a loss of the connection outweighs a slow consumer, and an unknown number any other. */
function merged(gap: WsGap, other: WsGap | undefined): WsGap {
  if (other === undefined) return gap;
  const missing = gap.missing === "unknown" || other.missing === "unknown" ? "unknown" : gap.missing + other.missing;
  const reason = gap.reason === "overflow" ? other.reason : gap.reason;
  return { topic: gap.topic, reason, missing };
}
