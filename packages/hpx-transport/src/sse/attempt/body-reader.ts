import { soon } from "../../checks/turns.js";
import { IdleClock } from "../../connection/idle-clock.js";
import { TransportError } from "../../error.js";
import type { BodyConsumer, HttpBody } from "../../http/client.js";
import type { SseEvent } from "../protocol/event.js";
import type { SseContext } from "./context.js";
import { EventReceiver, type EventReceiverOwner } from "./event-receiver.js";

/** Reads a response's body, with the pauses that a slow consumer needs, and watches for silence. */
export class BodyReader implements BodyConsumer {
  readonly #context: SseContext;
  readonly #owner: EventReceiverOwner;
  readonly #receiver: EventReceiver;
  readonly #idle: IdleClock | undefined;
  /** The same for events alone. */
  readonly #quiet: IdleClock | undefined;
  #body: HttpBody | undefined;
  #flow: "flowing" | "paused" | "over" = "flowing";
  /** Something was read in this turn of the event loop. */
  #readThisTurn = false;
  /** Chunks that came while paused: the read that found the channel full, and bytes that the client had read already. */
  readonly #held: Uint8Array[] = [];

  constructor(context: SseContext, owner: EventReceiverOwner) {
    this.#context = context;
    this.#owner = owner;
    this.#receiver = new EventReceiver(context, owner);
    const { idleTimeout, eventTimeout } = context.config;
    this.#idle = idleClock(owner, idleTimeout, "bytes");
    this.#quiet = idleClock(owner, eventTimeout, "events");
  }

  /** As {@link EventReceiver.progress}. */
  get progress(): EventReceiver["progress"] {
    return this.#receiver.progress;
  }

  /** Starts to read: a stream, or a message that takes the whole body. */
  start(body: HttpBody, kind: "stream" | "message"): void {
    this.#body = body;
    this.#receiver.start(kind);
    this.#idle?.start();
    this.#quiet?.start();
    body.consume(this);
    // Unread events of an earlier attempt may fill the channel already.
    const { channel, config } = this.#context;
    if (config.overflow === "wait" && channel.full) this.#pause();
  }

  /** Reads nothing more. */
  stop(): void {
    this.#flow = "over";
    this.#idle?.stop();
    this.#quiet?.stop();
    this.#receiver.stop();
  }

  /** The channel has room again: held chunks are parsed first. */
  resume(): void {
    if (this.#flow !== "paused") return;
    while (this.#held.length > 0 && !this.#context.channel.full) {
      this.#parse(this.#held.shift() as Uint8Array);
      this.#context.channel.wake();
    }
    if (this.#held.length > 0 || this.#over) return;
    this.#flow = "flowing";
    this.#idle?.resume();
    this.#quiet?.resume();
    this.#body?.resume();
  }

  /** As {@link EventReceiver.deliver}. */
  deliver(rest: SseEvent): void {
    this.#receiver.deliver(rest);
  }

  /** Takes a chunk; one read of the socket may bring many, one after the other. */
  onChunk(bytes: Uint8Array): void {
    if (this.#over) return;
    this.#context.counters.bytes += bytes.length;
    this.#idle?.touch();
    if (!this.#readThisTurn) this.#startRead();
    if (this.#flow === "flowing") this.#parse(bytes);
    else if (this.#flow === "paused") this.#held.push(new Uint8Array(bytes));
  }

  onEnd(): void {
    this.#parseHeld();
    if (!this.#over) this.#receiver.end();
  }

  onError(cause: Error): void {
    this.#parseHeld();
    // Such as CONFIG for a coding that the client cannot decode: waiting would not help.
    if (TransportError.is(cause)) return this.#owner.onFailure(cause);
    const retryable = this.#context.isResendable();
    this.#owner.onFailure(TransportError.sseStreamEnded({ clean: false, cause, retryable }));
  }

  /**
   * The first chunk of a read. Only now the channel is asked whether it is full: the consumer had its turn since the last
   * read, so one that keeps up is never paused and loses no event. It is woken after the last chunk of the read, because
   * until then a hook may still close.
   */
  #startRead(): void {
    const { channel, config, counters } = this.#context;
    this.#readThisTurn = true;
    this.#receiver.beginRead();
    soon(() => {
      this.#readThisTurn = false;
      channel.wake();
    });
    if (!channel.full) return;
    if (config.overflow === "wait") this.#pause();
    else if (config.overflow === "error") this.#owner.onFailure(TransportError.overflow(channel.length));
    else counters.dropped += channel.dropOldest();
  }

  #parse(bytes: Uint8Array): void {
    const { counters } = this.#context;
    const before = counters.events;
    this.#receiver.read(bytes);
    if (counters.events > before) this.#quiet?.touch();
  }

  get #over(): boolean {
    return this.#flow === "over";
  }

  #pause(): void {
    if (this.#flow !== "flowing") return;
    this.#flow = "paused";
    this.#idle?.pause();
    this.#quiet?.pause();
    this.#body?.pause();
  }

  /** The body is over: nothing more can be held back. */
  #parseHeld(): void {
    for (const bytes of this.#held.splice(0)) if (!this.#over) this.#parse(bytes);
    this.#context.channel.wake();
  }
}

function idleClock(owner: EventReceiverOwner, limit: number, what: "bytes" | "events"): IdleClock | undefined {
  if (limit === 0) return undefined;
  return new IdleClock(limit, () => owner.onFailure(TransportError.idleTimeout(limit, what)));
}
