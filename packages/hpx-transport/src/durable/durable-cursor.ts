import { show } from "../checks/check.js";
import { withDeadline } from "../checks/deadline.js";
import { TransportError } from "../error.js";
import type { SseCursor, SseCursorConnection, SseEvent, SseInterruption } from "../sse/index.js";
import { CursorSession } from "./session.js";
import { type DurableOptions, type DurableSettings, readDurableOptions } from "./options.js";
import { STORE_TIMEOUT, storeIsLate } from "./store-timeout.js";
import type { Claim, TransactionalCursorStore } from "./store.js";

/** Where a cursor stands. Each number counts events from 1, over all runs. */
export interface CursorPosition {
  /** Events handed to the consumer. */
  readonly handedOver: number;
  /** Events acknowledged, without a gap. */
  readonly acknowledged: number;
  /** Events whose acknowledgement is saved. */
  readonly saved: number;
  /** The id to resume after, as of the last acknowledgement; `""` for none. */
  readonly id: string;
  /** Which claim of the name this is; 0 before the first connection. */
  readonly epoch: number;
}

/**
 * Keeps the position of a stream in a store, so that a program that was stopped, or killed, goes on where its work stood. Give
 * it as the option `cursor`. An event is acknowledged when the consumer asks for the next one, and saved soon after; leaving
 * the loop, or throwing in it, does not acknowledge the event in hand.
 *
 * - a crash between the work and the save repeats the events since the last save: at least once
 * - with `saveIn`, the work and the position are one transaction: exactly once
 *
 * One connection at a time uses it. A second process that uses the same name stops the first with `CURSOR_FENCED`.
 *
 * @example
 * const cursor = new DurableCursor({ name: "fills", store: new FileCursorStore("./cursors") });
 * for await (const fill of SseConnection.open({ url, cursor })) await book(fill);
 */
export class DurableCursor implements SseCursor {
  readonly #settings: DurableSettings;
  #session: CursorSession | undefined;
  /** A connection uses it, or is about to. */
  #inUse: SseCursorConnection | undefined;

  /** @throws {TransportError} `CONFIG`, naming the option that cannot be used */
  constructor(options: DurableOptions) {
    this.#settings = readDurableOptions(options);
  }

  /** Where it stands now. */
  get position(): CursorPosition {
    return this.#session?.position ?? { handedOver: 0, acknowledged: 0, saved: 0, id: "", epoch: 0 };
  }

  /**
   * The work for `event` is done. In any order: the position moves on over the unbroken beginning of the acknowledged events. An
   * event that was acknowledged before is fine. With `acknowledge: "next"` it acknowledges early, such as before a `break`.
   *
   * @throws {TransportError} `CONFIG` for an event that this cursor did not hand over in this run
   */
  acknowledge(event: SseEvent): void {
    this.#sessionOf(event).acknowledge(event);
  }

  /**
   * Saves the position after `upTo`, an event or the last one of a batch, in the caller's transaction `tx`, together with the
   * work for it. The position counts once `tx` is committed. Where `tx` is rolled back, leave the loop by throwing: going on
   * would acknowledge work that was undone.
   *
   * @throws {TransportError} `CONFIG` when the store cannot take part in a transaction, `CURSOR_FENCED`, `CURSOR_STORE`
   */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- a caller may name the type of its transaction
  async saveIn<Tx>(tx: Tx, upTo: SseEvent | readonly SseEvent[]): Promise<void> {
    const event = Array.isArray(upTo) ? (upTo as readonly SseEvent[]).at(-1) : (upTo as SseEvent);
    if (event === undefined) return;
    const store = this.#settings.store as Partial<TransactionalCursorStore<Tx>>;
    if (typeof store.saveIn !== "function") {
      const expected = "saveIn() needs a store over the database of the transaction, such as SqliteCursorStore";
      throw TransportError.config("store", "a store without saveIn()", expected);
    }
    await this.#sessionOf(event).saveWith(
      (record, claim) => store.saveIn?.(tx, this.#settings.name, record, claim),
      event,
    );
  }

  /** Resolves when everything that is acknowledged now is saved. @throws {TransportError} `CURSOR_STORE`, `CURSOR_FENCED` */
  async flush(): Promise<void> {
    await this.#session?.flush();
  }

  /** As {@link SseCursor.open}: claims the name. @internal */
  async open(connection: SseCursorConnection): Promise<string | undefined> {
    const { name, store } = this.#settings;
    if (this.#inUse !== undefined && this.#inUse !== connection) {
      throw TransportError.config(
        "cursor",
        "a cursor of another connection",
        "each connection takes a cursor of its own",
      );
    }
    this.#inUse = connection;
    try {
      const claim = await claimed(name, () => store.claim(name));
      // Another connection has taken the cursor since, because this one was closed.
      if (this.#inUse !== connection) throw TransportError.cursorFenced(name);
      // An earlier connection may have events left that were not read.
      this.#session?.supersede();
      this.#session = new CursorSession(this.#settings, claim, connection);
      return claim.record?.id;
    } catch (error) {
      if (this.#inUse === connection) this.#inUse = undefined;
      throw error;
    }
  }

  /** As {@link SseCursor.asked}. @internal */
  asked(): void {
    this.#session?.asked();
  }

  /** As {@link SseCursor.handOver}. @internal */
  handOver(event: SseEvent, before: SseInterruption | undefined): boolean {
    return this.#session?.handOver(event, before) ?? true;
  }

  /** As {@link SseCursor.ahead}. @internal */
  ahead(events: readonly SseEvent[], from: number, to: number): void {
    this.#session?.ahead(events, from, to);
  }

  /** As {@link SseCursor.close}: saves what is acknowledged. @internal */
  async close(): Promise<void> {
    await this.#session?.end();
    this.#inUse = undefined;
  }

  #sessionOf(event: SseEvent): CursorSession {
    if (this.#session?.knows(event) === true) return this.#session;
    throw TransportError.config(
      "event",
      `the event with the position ${show(event.position)}`,
      "it takes an event that this cursor handed over since the program started",
    );
  }
}

/** The claim, or why there is none. A damaged record is told by the store itself. */
async function claimed(name: string, claim: () => Promise<Claim>): Promise<Claim> {
  try {
    return await withDeadline(STORE_TIMEOUT, claim, storeIsLate);
  } catch (cause) {
    throw TransportError.is(cause) ? cause : TransportError.cursorStore(name, "claim", { cause });
  }
}
