interface Waiter {
  /** Settles if the condition holds now. */
  check(): void;
  fail(reason: unknown): void;
}

/** Waits for conditions on the server's state. Each has a deadline, and none outlives the server. */
export class Waiting {
  readonly #waiters = new Set<Waiter>();
  #ended: { readonly reason: unknown } | undefined;

  /** Resolves as soon as `condition` holds; rejects after `deadline` milliseconds with a message that names `what`. */
  async until(what: string, condition: () => boolean, deadline: number, seen: () => string): Promise<void> {
    if (this.#ended !== undefined) throw this.#ended.reason;
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const settled = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        check() {
          if (!condition()) return;
          settled();
          resolve();
        },
        fail(reason) {
          settled();
          reject(reason);
        },
      };
      const timer = setTimeout(() => waiter.fail(new Error(`waited ${deadline} ms for ${what}; ${seen()}`)), deadline);
      this.#waiters.add(waiter);
    });
  }

  /** To be called whenever the state has changed. */
  changed(): void {
    for (const waiter of this.#waiters) waiter.check();
  }

  /** Rejects every wait, present and future, with `reason`; the first reason stays. */
  end(reason: unknown): void {
    this.#ended ??= { reason };
    for (const waiter of this.#waiters) waiter.fail(this.#ended.reason);
  }
}
