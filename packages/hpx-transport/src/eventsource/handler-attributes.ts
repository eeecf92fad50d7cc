interface Slot {
  handler: object;
  readonly listener: (event: Event) => void;
}

/**
 * The `on...` attributes of an event target (WHATWG HTML, "event handlers"): a handler is called in turn with the listeners,
 * at the position where one was first set; another handler keeps that position.
 */
export class HandlerAttributes {
  readonly #target: EventTarget;
  readonly #slots = new Map<string, Slot>();

  constructor(target: EventTarget) {
    this.#target = target;
  }

  /** The handler for `type` events; null without one. */
  get(type: string): object | null {
    return this.#slots.get(type)?.handler ?? null;
  }

  /** Sets the handler for `type` events. A value that is not an object removes it; an object that is not a function is kept, and never called. */
  set(type: string, handler: unknown): void {
    const slot = this.#slots.get(type);
    if (!isObject(handler)) {
      if (slot !== undefined) this.#target.removeEventListener(type, slot.listener);
      this.#slots.delete(type);
    } else if (slot === undefined) {
      this.#add(type, handler);
    } else {
      slot.handler = handler;
    }
  }

  #add(type: string, handler: object): void {
    const listener = (event: Event): void => {
      const current = slot.handler;
      if (typeof current === "function") current.call(this.#target, event);
    };
    const slot: Slot = { handler, listener };
    this.#slots.set(type, slot);
    this.#target.addEventListener(type, listener);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}
