import { readWaitOptions, type WaitOptions } from "./options.js";

/** What `MockSseServer` and `FaultProxy` share: waits with a deadline, and one `close()`. */
export abstract class TestServer implements AsyncDisposable {
  /** In a message: "the mock server". */
  readonly #name: string;
  readonly #deadline: number;
  readonly #waiters = new Waiters();
  #failure: { readonly error: unknown } | undefined;
  #closing: Promise<void> | undefined;

  /** @internal */
  protected constructor(name: string, deadline: number) {
    this.#name = name;
    this.#deadline = deadline;
  }

  /** Waits until no connection is open. */
  async idle(options?: WaitOptions): Promise<void> {
    await this.until("every connection to be gone", () => this.countOpen() === 0, options);
  }

  /**
   * Waits until `condition` holds. It is checked when a connection, a request or a response begins or ends, and when a fault
   * takes effect. The error of a wait that takes too long says `what` it waited for.
   */
  async until(what: string, condition: () => boolean, options: WaitOptions = {}): Promise<void> {
    const { deadline } = readWaitOptions(options, this.#deadline);
    await this.#waiters.until(what, condition, deadline, () => this.describe());
  }

  /** Stops listening and closes every connection. Rejects with the error of a reply or plan that failed. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  /** `await using server = ...` closes it at the end of the block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The number of open connections. @internal */
  protected abstract countOpen(): number;

  /** The state in words, for the error of a wait. @internal */
  protected abstract describe(): string;

  /** Stops listening and closes every connection. @internal */
  protected abstract shutDown(): Promise<void>;

  /** Checks the conditions of all waits. @internal */
  protected changed(): void {
    this.#waiters.check();
  }

  /** Ends every wait, and later `close()`, with the first `error`. @internal */
  protected fail(error: unknown): void {
    this.#failure ??= { error };
    this.#waiters.end(error);
  }

  async #close(): Promise<void> {
    this.#waiters.end(new Error(`the ${this.#name} was closed during this wait`));
    await this.shutDown();
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

interface Waiter {
  /** Settles if the condition holds now. */
  check(): void;
  fail(reason: unknown): void;
}

/** The pending `until()` calls of a test server. */
class Waiters {
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

  /** Settles the waits whose condition holds now. */
  check(): void {
    for (const waiter of this.#waiters) waiter.check();
  }

  /** Rejects every wait, present and future, with `reason`; the first reason stays. */
  end(reason: unknown): void {
    this.#ended ??= { reason };
    for (const waiter of this.#waiters) waiter.fail(this.#ended.reason);
  }
}
