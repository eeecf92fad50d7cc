import { afterReading } from "../../checks/turns.js";
import { TransportError } from "../../error.js";
import type { Outbox } from "../link/outbox.js";
import type { WsConnectInfo } from "../protocol/handler.js";
import type { Hooks } from "../protocol/hooks.js";
import type { WsMessage } from "../protocol/message.js";
import type { WsContext } from "./context.js";

/** The session that is opened. */
export interface GreetingHost {
  readonly context: WsContext;
  readonly outbox: Outbox;
  /** The session is open and authenticated. */
  onGreeted(): void;
  onFailure(error: unknown): void;
}

/** Whether anything has to be sent before the session is ready. */
export function needsGreeting({ handler }: Hooks): boolean {
  return handler.hello !== undefined || handler.authenticate !== undefined;
}

/** What opens a session before anything of the user's is sent: the handler's `hello`, then its `authenticate`. */
export class Greeting {
  readonly #host: GreetingHost;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Everything is sent. */
  #isSent = false;
  #isAccepted = false;
  #isOver = false;

  constructor(host: GreetingHost) {
    this.#host = host;
  }

  start(info: WsConnectInfo, renew: boolean): void {
    void this.#send(info, renew);
  }

  /** Judges a message that comes before the session is ready. Returns whether it is the server's answer. */
  judge(message: WsMessage): boolean {
    const { hooks } = this.#host.context;
    if (this.#isOver || hooks.handler.judgeAuth === undefined) return false;
    const answer = hooks.judgeAuth(message);
    if (answer === undefined) return false;
    if (answer === "refused") {
      this.stop();
      this.#host.onFailure(TransportError.auth(undefined, { message: "the server refused the credentials" }));
    } else {
      this.#isAccepted = true;
      if (this.#isSent) this.#ready();
    }
    return true;
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  async #send(info: WsConnectInfo, renew: boolean): Promise<void> {
    const { context, outbox } = this.#host;
    const { hooks } = context;
    try {
      for (const hook of ["hello", "authenticate"] as const) {
        if (hooks.handler[hook] === undefined) continue;
        const messages = await hooks[hook]({ ...info, id: hooks.nextId(), renew });
        if (this.#isOver) return;
        for (const data of messages) outbox.push({ data });
      }
    } catch (error) {
      if (!this.#isOver) this.#host.onFailure(error);
      return;
    }
    this.#isSent = true;
    if (this.#isAccepted || hooks.handler.judgeAuth === undefined) this.#ready();
    else this.#expectAnswer();
  }

  #expectAnswer(): void {
    const limit = this.#host.context.settings.authTimeout;
    if (limit === 0) return;
    const expire = (): void => {
      if (!this.#isOver) this.#host.onFailure(TransportError.timeout("auth", limit));
    };
    this.#timer = setTimeout(() => afterReading(expire), limit);
  }

  #ready(): void {
    this.stop();
    this.#host.onGreeted();
  }
}
