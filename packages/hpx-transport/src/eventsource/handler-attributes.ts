interface Slot {
  handler: object;
  readonly listener: (event: Event) => void;
}

/**
 * The `on...` attributes of an event target, as WHATWG HTML has them ("event handlers"): a handler is called among the
 * listeners, at the place where it was first set, and one that replaces it takes that place.
 */
export class HandlerAttributes {
  readonly #target: EventTarget;
  readonly #slots = new Map<string, Slot>();

  constructor(target: EventTarget) {
    this.#target = target;
  }

  /** The handler for `type` events; null where there is none. */
  get(type: string): object | null {
    return this.#slots.get(type)?.handler ?? null;
  }

  /** Sets the handler for `type` events. What is no object means none; an object that is no function is never called. */
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
