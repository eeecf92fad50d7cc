import { guard } from "../../checks/guard.js";
import type { Gate } from "../../connection/gate.js";
import { TransportError } from "../../error.js";
import type { SseEvent } from "../protocol/event.js";
import type { SseLoss } from "../protocol/verdict.js";
import type { SseCursor, SseCursorConnection, SseInterruption, SseTally } from "./cursor.js";

/** An event that follows an interruption, and is not handed over yet. */
interface Interrupted {
  readonly event: SseEvent;
  readonly before: SseInterruption;
}

/** What a connection gives of itself to its cursor; the rest of it is the link's own. */
type Given = Omit<SseCursorConnection, "hold" | "release" | "tally">;

/** A cursor and its connection: what the server does is told to the cursor in the consumer's order. */
export class CursorLink implements Gate<SseEvent> {
  readonly tally: SseTally = { handedOver: 0, acknowledged: 0, freeUntil: 0 };
  readonly #cursor: SseCursor;
  readonly #connection: Given;
  readonly #onRelease: () => void;
  #opening: Promise<string | undefined> | undefined;
  #isOpen = false;
  #closed = false;
  /** What happened since the last event that was received. */
  #connected = false;
  #lost: SseLoss | undefined;
  /** Something happened since then: the next event has to be given to `received`. */
  interrupted = false;
  #interrupted: Interrupted[] = [];

  /** `onRelease` is called when delivery may go on. */
  constructor(cursor: SseCursor, connection: Given, onRelease: () => void) {
    this.#cursor = cursor;
    this.#connection = connection;
    this.#onRelease = onRelease;
  }

  /** Delivery is held back. */
  get closed(): boolean {
    return this.#closed;
  }

  /** The cursor knows where to resume. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The id to resume after. Asked for again after a failure. @throws {TransportError} the reason why there is none */
  async open(): Promise<string | undefined> {
    this.#opening ??= this.#open();
    try {
      const id = await this.#opening;
      this.#isOpen = true;
      return id;
    } catch (error) {
      this.#opening = undefined;
      throw TransportError.is(error) ? error : TransportError.handler("cursor.open", error);
    }
  }

  /** A response was accepted. */
  connected(): void {
    this.#connected = true;
    this.interrupted = true;
  }

  /** The server said that events are lost. */
  lost(lost: SseLoss): void {
    const before = this.#lost;
    this.interrupted = true;
    this.#lost = before === undefined ? lost : lost === "unknown" || before === "unknown" ? "unknown" : before + lost;
  }

  /** An event was received: it is the one before which all of this happened. */
  received(event: SseEvent, hasOwnId: boolean): void {
    this.interrupted = false;
    this.#interrupted.push({ event, before: { connected: this.#connected, lost: this.#lost, hasOwnId } });
    this.#connected = false;
    this.#lost = undefined;
  }

  asked(): void {
    // Nothing was handed over before, and the cursor may be the one of another connection.
    if (!this.#isOpen) return;
    try {
      const answer: unknown = this.#cursor.asked();
      if (answer !== undefined) this.#watch("cursor.asked", answer);
    } catch (cause) {
      this.#connection.fail(TransportError.handler("cursor.asked", cause));
    }
  }

  /** Called for each event: without a closure, and without an object where nothing happened before the event. */
  pass(event: SseEvent): boolean {
    const interrupted = this.#interrupted[0];
    let before: SseInterruption | undefined;
    if (interrupted !== undefined && interrupted.event === event) {
      this.#interrupted.shift();
      ({ before } = interrupted);
    }
    try {
      const answer: unknown = this.#cursor.handOver(event, before);
      if (answer === true) return true;
      this.#watch("cursor.handOver", answer);
    } catch (cause) {
      this.#connection.fail(TransportError.handler("cursor.handOver", cause));
    }
    return false;
  }

  /** Tells the cursor which events come next, up to the first one that follows an interruption. */
  ahead(events: readonly SseEvent[], from: number): void {
    if (this.#cursor.ahead === undefined) return;
    const [interrupted] = this.#interrupted;
    const at = interrupted === undefined ? -1 : events.indexOf(interrupted.event, from);
    const to = at === -1 ? events.length : at;
    if (from === to) return;
    try {
      this.#cursor.ahead(events, from, to);
    } catch (cause) {
      this.#connection.fail(TransportError.handler("cursor.ahead", cause));
    }
  }

  /** Resolves when the cursor is closed; never rejects. A cursor that refused to open is not closed. */
  async close(): Promise<void> {
    if (this.#opening === undefined) return;
    try {
      await this.#cursor.close();
    } catch (error) {
      this.#connection.warn("the cursor could not be closed", { error });
    }
  }

  async #open(): Promise<string | undefined> {
    return this.#cursor.open({
      ...this.#connection,
      tally: this.tally,
      hold: () => {
        this.#closed = true;
      },
      release: () => {
        this.#closed = false;
        this.#onRelease();
      },
    });
  }

  /** An `async` method type-checks: its rejection must not end the process. */
  #watch(hook: string, answer: unknown): void {
    guard(
      hook,
      () => answer,
      (error) => this.#connection.fail(error),
    );
  }
}
