import type { AttemptContext } from "./context.js";
import { accept } from "./response-check.js";
import { asTransportError } from "./failure.js";
import type { AttemptOutcome } from "../../connection/decision.js";
import { Reading } from "./body-reader.js";
import { sendRequest } from "./request.js";

/**
 * One request and its response, from signing to the last byte. However it ends, it ends once, through `end`, and says how
 * as a value.
 */
export class Attempt {
  readonly #context: AttemptContext;
  readonly #reading: Reading;
  readonly #abort = new AbortController();
  #tellOver: (() => void) | undefined;
  #outcome: AttemptOutcome | undefined;
  #accepted = false;

  constructor(context: AttemptContext) {
    this.#context = context;
    this.#reading = new Reading(context, (outcome) => this.end(outcome));
  }

  /** Whether the response was accepted. */
  get accepted(): boolean {
    return this.#accepted;
  }

  /** Whether an event was delivered. */
  get delivered(): boolean {
    return this.#reading.delivered;
  }

  /** Whether it delivered an event, for the backoff. */
  get succeeded(): boolean {
    return this.#reading.succeeded;
  }

  /** Makes the attempt; resolves when it has ended, never rejects. */
  run(): Promise<void> {
    return new Promise((resolve) => {
      this.#tellOver = resolve;
      this.#perform().catch((error: unknown) => this.#fail(error));
    });
  }

  /** How it ended, once it has. */
  get outcome(): AttemptOutcome {
    return this.#outcome as AttemptOutcome;
  }

  /**
   * Ends the attempt now: the socket is closed, the rest of what was read is dropped. The first end counts, except that
   * a hook which asks for a reconnect and then throws has thrown.
   */
  end(outcome: AttemptOutcome): void {
    if (this.#ended) {
      const threw = outcome.kind === "failed" && outcome.error.code === "HANDLER";
      if (threw && this.#outcome?.kind === "reconnect") this.#outcome = outcome;
      return;
    }
    this.#outcome = outcome;
    this.#reading.stop();
    this.#abort.abort();
    this.#tellOver?.();
  }

  get #ended(): boolean {
    return this.#outcome !== undefined;
  }

  /** The channel has room again. */
  resume(): void {
    this.#reading.resume();
  }

  async #perform(): Promise<void> {
    const { response, url, lastEventId } = await sendRequest(this.#context, this.#abort.signal);
    // A client that answers although it was told to stop.
    if (this.#ended) return response.body.abort();
    this.#context.observers.responded({ status: response.status });
    // An observer may have closed the connection; what a refusal says is not waited for then.
    if (this.#ended) return;
    const kind = await accept(response, this.#abort.signal);
    if (this.#ended) return;
    if (kind === "no-content") return this.end({ kind: "no-content" });
    this.#accepted = true;
    try {
      this.#reading.heed(
        this.#context.onAccepted({ status: response.status, headers: response.headers, url, lastEventId }),
      );
    } catch (error) {
      // At once: the hook may have asked for a reconnect before it threw, and that would be under way a moment later.
      this.#fail(error);
    }
    if (!this.#ended) this.#reading.start(response.body);
  }

  #fail(error: unknown): void {
    this.end({ kind: "failed", error: asTransportError(error, this.#context.config) });
  }
}
