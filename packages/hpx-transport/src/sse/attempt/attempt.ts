import { EventTooLargeError } from "sseer";
import { soon } from "../../checks/turns.js";
import type { Attempt, AttemptOutcome } from "../../connection/attempt.js";
import { type AnyTransportError, TransportError } from "../../error.js";
import type { SseEvent } from "../protocol/event.js";
import { isEnding, outcomeOf, type SseVerdict } from "../protocol/verdict.js";
import { BodyReader } from "./body-reader.js";
import type { SseAttemptHost, SseContext } from "./context.js";
import type { EventReceiverOwner } from "./event-receiver.js";
import { sendRequest } from "./request.js";
import { checkResponse } from "./response-check.js";

/** One request and its response, from signing to the last byte. */
export class SseAttempt implements Attempt, EventReceiverOwner {
  readonly #context: SseContext;
  readonly #host: SseAttemptHost;
  readonly #reader: BodyReader;
  readonly #abort = new AbortController();
  #outcome: AttemptOutcome | undefined;
  #accepted = false;

  constructor(context: SseContext, host: SseAttemptHost) {
    this.#context = context;
    this.#host = host;
    this.#reader = new BodyReader(context, this);
  }

  get accepted(): boolean {
    return this.#accepted;
  }

  get delivered(): boolean {
    return this.#reader.progress !== "nothing";
  }

  get resetsBackoff(): boolean {
    return this.#reader.progress === "useful";
  }

  run(): void {
    this.#perform().catch((error: unknown) => this.onFailure(error));
  }

  end(outcome: AttemptOutcome): void {
    if (this.#outcome !== undefined) {
      const threw = outcome.kind === "failed" && outcome.error.code === "HANDLER";
      if (threw && this.#outcome.kind === "reconnect") this.#outcome = outcome;
      return;
    }
    this.#outcome = outcome;
    this.#reader.stop();
    this.#abort.abort();
    // A microtask later: until then a hook that asked for a reconnect may throw.
    soon(() => this.#host.onOver(this.#outcome ?? outcome));
  }

  resume(): void {
    this.#reader.resume();
  }

  apply(verdict: SseVerdict | undefined, clean = false): void {
    if (verdict === undefined || verdict === "skip" || this.#ended) return;
    if (!isEnding(verdict)) return this.#context.onLost(verdict.lost);
    this.end(outcomeOf(verdict, { clean, resendable: this.#context.isResendable() }));
  }

  onRetry(milliseconds: number): void {
    this.#host.onReconnectionTime(milliseconds);
  }

  onBodyEnd(rest: SseEvent | undefined): void {
    const verdict = this.#context.hooks.judgeEnd(rest);
    if (verdict === "end" && rest !== undefined && !this.#ended) this.#reader.deliver(rest);
    this.apply(verdict, true);
    this.end({ kind: "ended", error: TransportError.sseStreamEnded({ clean: true }) });
  }

  onFailure(thrown: unknown): void {
    const error = this.#asTransportError(thrown);
    const retryAfter = TransportError.is(error, "SSE_INVALID_STATUS") ? error.details.retryAfter : undefined;
    this.end({ kind: "failed", error, retryAfter });
  }

  get #ended(): boolean {
    return this.#outcome !== undefined;
  }

  async #perform(): Promise<void> {
    const { hooks, observers } = this.#context;
    const { attempt } = this.#host;
    await this.#openCursor();
    if (this.#ended) return;
    const { response, url, lastEventId } = await sendRequest(this.#context, attempt, this.#abort.signal);
    // A client may answer although it was told to stop.
    if (this.#ended) return response.body.abort();
    observers.responded({ status: response.status });
    // An observer may have closed the connection: then the body of a refusal is not waited for.
    if (this.#ended) return;
    const { status, headers } = response;
    const answer = hooks.acceptResponse({ status, headers, url });
    if (this.#ended) return;
    const kind = await checkResponse(response, answer, this.#abort.signal);
    if (this.#ended) return;
    if (kind === "no-content") return this.end({ kind: "no-content" });
    this.#accepted = true;
    this.#context.cursor?.connected();
    const info = { status, headers, url, lastEventId };
    try {
      this.#host.onAccepted(info);
      this.apply(hooks.judgeResponse({ ...info, attempt }));
    } catch (error) {
      // At once: a hook may call reconnect() and then throw, and the next attempt would begin in the meantime.
      this.onFailure(error);
    }
    if (!this.#ended) this.#reader.start(response.body, kind);
  }

  /** The first attempt waits until the cursor knows where to resume. */
  async #openCursor(): Promise<void> {
    const { cursor, position } = this.#context;
    if (cursor === undefined || cursor.isOpen) return;
    const id = await cursor.open();
    if (id !== undefined && !this.#ended) position.begin(id);
  }

  #asTransportError(thrown: unknown): AnyTransportError {
    if (TransportError.is(thrown)) return thrown;
    const { maxEventSize } = this.#context.config;
    if (thrown instanceof EventTooLargeError) return TransportError.sseEventTooLarge(maxEventSize, thrown);
    // Nothing else should be thrown here. A bug of ours must show, and a retry would hide it.
    return TransportError.handler("the transport itself", thrown);
  }
}
