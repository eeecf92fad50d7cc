import type { SourceStatus } from "hpx-relay";
import { elapsed } from "../timing.js";
import { RelayProcess, type RelayProcessOptions } from "./relay-process.js";

/** How often the relays are asked, in milliseconds. */
const ASK_EVERY = 200;

/** The relays that run, and what they say together of each source. */
export class Relays implements AsyncDisposable {
  readonly #running = new Set<RelayProcess>();
  /** The last words of a source's owner; of one that was killed, too. */
  readonly #sources = new Map<string, SourceStatus>();
  readonly #timer: NodeJS.Timeout;
  #asking: Promise<void> = Promise.resolve();

  constructor() {
    this.#timer = setInterval(() => {
      this.#asking = this.#ask();
    }, ASK_EVERY);
  }

  /** Starts one. */
  async start(options: RelayProcessOptions): Promise<RelayProcess> {
    const relay = await RelayProcess.start(options);
    this.#running.add(relay);
    return relay;
  }

  /** Sends a signal to one; resolves when it has ended. */
  async end(relay: RelayProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    await relay.end(signal);
    this.#running.delete(relay);
  }

  /** Asks all of them to end, and waits. */
  async endAll(): Promise<void> {
    await Promise.all([...this.#running].map((relay) => this.end(relay, "SIGTERM")));
  }

  /** What is known of a source; `owner` is `undefined` while no relay that runs has it. */
  of(name: string): { readonly owner: string | undefined; readonly state: string; readonly lastId: number } {
    const known = this.#sources.get(name);
    const isRun = [...this.#running].some(({ id }) => id === known?.owner);
    return {
      owner: isRun ? known?.owner : undefined,
      state: isRun && known !== undefined ? known.state : "no relay",
      lastId: Number(known?.lastId ?? 0),
    };
  }

  /** Of the relays that run, at least one, the one with the most sources. */
  async busiest(): Promise<RelayProcess> {
    await this.#ask();
    const owned = (relay: RelayProcess): number =>
      [...this.#sources.values()].filter(({ owner }) => owner === relay.id).length;
    return [...this.#running].toSorted((one, other) => owned(other) - owned(one))[0] as RelayProcess;
  }

  /** Resolves when a condition on the sources holds. Rejects with the reason of `signal`. */
  async until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#ask();
      if (condition()) return;
      await elapsed(ASK_EVERY / 2, signal);
      signal.throwIfAborted();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#running].map((relay) => this.end(relay, "SIGKILL")));
    await this.#asking;
  }

  async #ask(): Promise<void> {
    for (const status of await Promise.all([...this.#running].map((relay) => relay.status()))) {
      for (const source of status?.sources ?? []) {
        // One that is run elsewhere is told by its owner.
        if (source.owner === status?.id && source.state !== "standby") this.#sources.set(source.name, source);
      }
    }
  }
}
