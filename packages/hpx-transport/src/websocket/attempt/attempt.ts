import { soon } from "../../checks/turns.js";
import type { Attempt, AttemptOutcome } from "../../connection/attempt.js";
import { type AnyTransportError, TransportError } from "../../error.js";
import type { SocketEnd } from "../socket/backend.js";
import type { WsAttemptHost, WsContext } from "./context.js";
import type { WsConnectInfo } from "../protocol/handler.js";
import { shakeHands } from "./handshake.js";
import { outcomeOfEnd } from "./outcome.js";
import { Renewal } from "./renewal.js";
import type { Farewell, SessionOwner } from "./session-owner.js";
import { failed, Session } from "./session.js";

/** One try to connect, and the session that follows. A planned renewal replaces the session within the attempt. */
export class WsAttempt implements Attempt, SessionOwner {
  readonly #context: WsContext;
  readonly #host: WsAttemptHost;
  /** Ends the handshake, until there is a socket. */
  #abort: AbortController | undefined;
  #renewal: Renewal | undefined;
  #outcome: AttemptOutcome | undefined;
  #session: Session | undefined;
  #lifetime: ReturnType<typeof setTimeout> | undefined;
  #progress: "nothing" | "delivered" | "useful" = "nothing";

  constructor(context: WsContext, host: WsAttemptHost) {
    this.#context = context;
    this.#host = host;
    // It may have been read down while there was no attempt to tell.
    if (!context.stream.channel.full) context.stream.drained();
  }

  get accepted(): boolean {
    return this.#session?.wasReady === true;
  }

  get delivered(): boolean {
    return this.#progress !== "nothing";
  }

  get resetsBackoff(): boolean {
    return this.#progress === "useful";
  }

  run(): void {
    this.#perform().catch((error: unknown) => this.#fail(error));
  }

  end(outcome: AttemptOutcome): void {
    if (this.#outcome !== undefined) {
      const threw = outcome.kind === "failed" && outcome.error.code === "HANDLER";
      if (threw && this.#outcome.kind === "reconnect") this.#outcome = outcome;
      return;
    }
    this.#outcome = outcome;
    clearTimeout(this.#lifetime);
    this.#abort?.abort();
    this.#noteGaps(outcome);
    const cause = "error" in outcome ? outcome.error : undefined;
    const farewell = this.#farewell(outcome);
    this.#renewal?.end(farewell, cause);
    this.#session?.end(farewell, cause);
    // A microtask later: until then a hook that asked for a reconnect may throw.
    soon(() => this.#host.onOver(this.#outcome ?? outcome));
  }

  resume(): void {
    this.#context.stream.drained();
  }

  onGreeting(): void {
    if (this.#session?.wasReady === false && this.#renewal?.isUnderWay !== true) this.#host.onAuthenticating();
  }

  onReady(session: Session, info: WsConnectInfo): void {
    if (this.#renewal?.takes(session) === true) return;
    this.#adopt(session);
    this.#host.onAccepted(info);
    if (this.#outcome !== undefined) return;
    this.#context.useSession(session);
  }

  onFirstPass(session: Session): void {
    if (this.#renewal?.firstPass(session) !== true) this.#context.onFirstPass();
  }

  onDelivered(useful: boolean): void {
    if (useful) {
      this.#progress = "useful";
      this.#context.onUseful();
    } else if (this.#progress === "nothing") this.#progress = "delivered";
  }

  onPlanned(session: Session): void {
    if (session !== this.#session || this.#outcome !== undefined) return;
    const { hooks, registry } = this.#context;
    if (hooks.handler.sequence !== undefined && registry.size > 0) this.#replace(session);
    else this.end({ kind: "planned", error: TransportError.wsClosed(1000, { by: "client", message: PLANNED }) });
  }

  onEnd(session: Session, end: SocketEnd): void {
    if (this.#outcome !== undefined) return session.end("abort", undefined);
    const { hooks, settings, troubles } = this.#context;
    // The server broke a rule: there is no close code to judge.
    const verdict = TransportError.is(end.error) ? undefined : hooks.judgeClose(end.code, end.reason);
    if (this.#renewal?.lost(session, { code: 1000, reason: "" }, verdict === "end") === true) return;
    const mayRenew = settings.auth?.renewable === true && !troubles.renewed;
    const outcome = outcomeOfEnd(end, { settings, verdict, mayRenew });
    if (end.code === 1008 && mayRenew) troubles.renewed = true;
    this.end(outcome.kind === "failed" ? { ...outcome, error: this.#judgeTrouble(outcome.error) } : outcome);
  }

  onFailure(session: Session, error: unknown): void {
    const isHook = TransportError.is(error, "HANDLER");
    if (!isHook && this.#renewal?.lost(session, farewellOf(error), false) === true) return;
    this.#fail(error);
  }

  onComplete(): void {
    this.end({ kind: "complete" });
  }

  async #perform(): Promise<void> {
    const { troubles } = this.#context;
    const { attempt } = this.#host;
    const abort = new AbortController();
    this.#abort = abort;
    const opened = await shakeHands(this.#context, attempt, abort.signal);
    if (this.#outcome !== undefined) {
      opened.socket.abort();
      return;
    }
    this.#abort = undefined;
    const session = new Session(this.#context, this, opened, { attempt, renew: troubles.renew });
    this.#session = session;
    session.start();
  }

  /** Another socket takes the place of that of `session`. */
  #replace(session: Session): void {
    this.#abort ??= new AbortController();
    this.#renewal ??= new Renewal({
      context: this.#context,
      owner: this,
      signal: this.#abort.signal,
      attempt: this.#host.attempt,
      reserveConnect: () => this.#host.reserveConnect(),
      onTakenOver: (successor) => this.#adopt(successor),
    });
    this.#renewal.begin(session);
  }

  #adopt(session: Session): void {
    const isSuccessor = this.#session !== session;
    this.#session = session;
    if (isSuccessor) this.#context.useSession(session);
    this.#limitLife(session);
  }

  /** A service that keeps a connection for a day gets another one a little before. */
  #limitLife(session: Session): void {
    clearTimeout(this.#lifetime);
    const { settings, hooks } = this.#context;
    const { lifetime } = hooks.handler.limits ?? {};
    const limit = settings.maxLifetime > 0 ? settings.maxLifetime : lifetime === undefined ? 0 : lifetime * (23 / 24);
    if (limit <= 0 || limit > LONGEST_LIFE) return;
    this.#lifetime = setTimeout(() => {
      try {
        this.onPlanned(session);
      } catch (error) {
        this.#fail(error);
      }
    }, limit);
  }

  #fail(error: unknown): void {
    const outcome = failed(error);
    const retryAfter = TransportError.is(outcome.error, "WS_HANDSHAKE") ? outcome.error.details.retryAfter : undefined;
    this.end({ ...outcome, error: this.#judgeTrouble(outcome.error), retryAfter });
  }

  /** Some errors are forgiven once, until a connection was useful. */
  #judgeTrouble(error: AnyTransportError): AnyTransportError {
    const { troubles, hooks } = this.#context;
    if (error.code === "AUTH" && error.cause === undefined && hooks.handler.renewable === true && !troubles.renew) {
      troubles.renew = true;
      return TransportError.auth(undefined, { message: error.message, retryable: true });
    }
    if (!TransportError.is(error, "WS_PROTOCOL") || !error.retryable || this.#progress === "useful") return error;
    troubles.violations += 1;
    if (troubles.violations < 2) return error;
    const { rule, code } = error.details;
    return TransportError.wsProtocol(rule, { code, cause: error.cause });
  }

  /** What is subscribed to has a gap before its next message. */
  #noteGaps(outcome: AttemptOutcome): void {
    if (outcome.kind === "closed" || outcome.kind === "complete" || this.#session?.wasReady !== true) return;
    const reason = outcome.kind === "planned" ? "renewal" : "reconnect";
    const { activeTopics } = this.#session;
    if (activeTopics.size > 0) this.#context.feed.interrupt(activeTopics, reason);
    if (this.#progress !== "nothing") this.#context.stream.markGap({ topic: "", reason, missing: "unknown" });
  }

  #farewell(outcome: AttemptOutcome): Farewell {
    if (outcome.kind === "failed") return farewellOf(outcome.error);
    return this.#context.farewell ?? { code: 1000, reason: "" };
  }
}

const PLANNED = "the connection is replaced, as planned";

/** The longest delay of a timer. A life that is longer is not limited. */
const LONGEST_LIFE = 2_147_483_647;

/** A socket that is dead gets no close frame, which could not arrive. */
function farewellOf(error: unknown): Farewell {
  const isDead = TransportError.is(error, "PONG_TIMEOUT") || TransportError.is(error, "IDLE_TIMEOUT");
  return isDead ? "abort" : { code: 1000, reason: "" };
}
