/** A consumer that waits for one item, or for all there are. */
export type Waiter<T> = { reject(error: unknown): void; next: Waiter<T> | undefined } & (
  | { readonly takes: "one"; resolve(result: IteratorResult<T, undefined>): void }
  | { readonly takes: "all"; resolve(result: IteratorResult<T[], undefined>): void }
);

/** Consumers that wait, oldest first: a list, because there is seldom more than one. */
export class Waiters<T> {
  #first: Waiter<T> | undefined;
  #last: Waiter<T> | undefined;

  /** The one that waits longest. */
  get first(): Waiter<T> | undefined {
    return this.#first;
  }

  add(waiter: Waiter<T>): void {
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.next = waiter;
    this.#last = waiter;
  }

  /** Removes the first one. A served waiter must not stay: it keeps the item that it was given alive. */
  removeFirst(): void {
    this.#first = this.#first?.next;
    if (this.#first === undefined) this.#last = undefined;
  }
}
