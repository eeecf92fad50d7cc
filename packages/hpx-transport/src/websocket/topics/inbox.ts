import type { Channel } from "../../connection/channel.js";
import type { Gate } from "../../connection/gate.js";
import type { WsOverflow } from "../config/options.js";
import type { WsGap, WsMessage } from "../protocol/message.js";
import type { Pressed, Pressure } from "./pressure.js";

export interface InboxOptions {
  readonly channel: Channel<WsMessage>;
  readonly overflow: WsOverflow;
  readonly pressure: Pressure;
  /** Messages were dropped. */
  readonly onDropped: (count: number, gap: WsGap) => void;
  /** It is full, and that is an error; or it paused the sockets for too long. */
  readonly onOverflow: () => void;
}

/** Puts messages into the channel of one consumer, and does what `overflow` says where the consumer does not keep up. */
export class Inbox implements Pressed {
  readonly channel: Channel<WsMessage>;
  readonly #options: InboxOptions;
  /** Gaps that the next message of their topic carries. */
  readonly #gaps = new Map<string, WsGap>();
  /** The message of each topic that is unread, where only the latest is kept. */
  readonly #latest: LatestMessages | undefined;
  /** Messages that came, and those of them that were dropped. */
  received = 0;
  dropped = 0;
  /** It was pushed to in this turn of the event loop. */
  #isTouched = false;

  constructor(options: InboxOptions, latest?: LatestMessages) {
    this.#options = options;
    this.channel = options.channel;
    this.#latest = latest;
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
    const { topic = "" } = message;
    const due = this.#gaps.size > 0 ? this.#gaps.get(topic) : undefined;
    if (due !== undefined) {
      this.#gaps.delete(topic);
      message.gap = merged(due, message.gap);
    }
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
    this.#gaps.set(gap.topic, merged(gap, this.#gaps.get(gap.topic)));
  }

  /** Nothing is missing, after all. */
  clearGap(topic: string): void {
    this.#gaps.delete(topic);
  }

  onPauseLimit(): void {
    this.#options.onOverflow();
  }

  /** Nothing more comes. */
  close(): void {
    this.#options.pressure.remove(this);
  }

  /** The consumer did not keep up. */
  protected onFull(): void {
    const { overflow, pressure, onOverflow } = this.#options;
    if (overflow === "wait") pressure.add(this);
    else if (overflow === "drop-oldest") this.dropOldest();
    else if (overflow === "error") onOverflow();
  }

  /** Makes room; the oldest message that is left of each topic carries the gap. */
  dropOldest(): void {
    const dropped = new Map<string, number>();
    this.channel.dropOldest(({ topic = "", gap }) => {
      dropped.set(topic, (dropped.get(topic) ?? 0) + 1);
      if (gap !== undefined) this.markGap(gap);
    });
    for (const [topic, missing] of dropped) this.#mark({ topic, reason: "overflow", missing });
  }

  #count(dropped: number, gap: WsGap): void {
    this.dropped += dropped;
    this.#options.onDropped(dropped, gap);
  }

  #mark(gap: WsGap): void {
    let oldest: WsMessage | undefined;
    for (const message of this.channel.unread()) if ((message.topic ?? "") === gap.topic) oldest = message;
    const missed = merged(gap, this.#gaps.get(gap.topic));
    if (oldest === undefined) this.#gaps.set(gap.topic, missed);
    else {
      this.#gaps.delete(gap.topic);
      oldest.gap = merged(missed, oldest.gap);
    }
    this.#count(Number(gap.missing), gap);
  }
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
