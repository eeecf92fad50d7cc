import type { Inbox } from "./inbox.js";

/**
 * The buffers that got a message in one turn of the event loop. Their consumers are woken after its last message: until then a
 * hook may still close. The buffers themselves are the list, so that a turn makes no object.
 */
export class Turn {
  #first: Inbox | undefined;
  #last: Inbox | undefined;

  /** `inbox` is in no other turn. */
  add(inbox: Inbox): void {
    if (this.#last === undefined) this.#first = inbox;
    else this.#last.nextInTurn = inbox;
    this.#last = inbox;
  }

  end(): void {
    let inbox = this.#first;
    this.#first = undefined;
    this.#last = undefined;
    while (inbox !== undefined) {
      const next: Inbox | undefined = inbox.nextInTurn;
      inbox.nextInTurn = undefined;
      inbox.endTurn();
      inbox = next;
    }
  }
}
