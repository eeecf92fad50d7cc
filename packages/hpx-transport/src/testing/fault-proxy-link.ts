import { connect, type Socket } from "node:net";
import type { Breaking, Fault, FaultKind, Side } from "./fault-proxy-faults.js";
import { Pipe } from "./fault-proxy-pipe.js";
import { afterReads, RESET_LAG, resetSocket } from "./sockets.js";

/** How many milliseconds a peer that was sent a FIN has for its own. */
const LINGER = 1000;

/** The parts that a {@link Link} needs. */
export interface LinkContext {
  readonly client: Socket;
  readonly target: { readonly host: string; readonly port: number };
  readonly faults: readonly Fault[];
  /** Called at the first effect of each fault. */
  readonly onFired: (kind: FaultKind) => void;
}

/** One connection through the proxy: the client's socket, the one to the target, and a pipe each way. */
export class Link {
  readonly #context: LinkContext;
  readonly #client: Socket;
  readonly #upstream: Socket | undefined;
  readonly #over = new AbortController();
  #stalled = false;
  #cancelLater: (() => void) | undefined;
  /** Resolves when both sockets are gone; never rejects. */
  readonly closed: Promise<void>;

  constructor(context: LinkContext) {
    this.#context = context;
    this.#client = context.client;
    const early = breakingAtOnce(context.faults);
    if (early === undefined) this.#upstream = connect({ ...context.target, allowHalfOpen: true, noDelay: true });
    this.#client.setNoDelay(true);
    this.closed = this.#watch();
    if (early !== undefined) {
      context.onFired(early);
      this.#break(early);
    } else {
      void this.#carry("client");
      void this.#carry("server");
    }
  }

  /** Closes both sides now. */
  destroy(): void {
    this.#over.abort();
    for (const socket of this.#sockets()) socket.destroy();
  }

  /** Breaks both sides now, also between two forwarded bytes. */
  break(how: "cut" | "reset"): void {
    this.#over.abort();
    if (how === "cut") this.#cut();
    else this.#reset();
  }

  #sockets(): Socket[] {
    return this.#upstream === undefined ? [this.#client] : [this.#client, this.#upstream];
  }

  async #watch(): Promise<void> {
    const gone = this.#sockets().map(
      async (socket) =>
        await new Promise<void>((resolve) => {
          // An error of one side is a reset for the other.
          socket.on("error", () => this.#over.signal.aborted || this.break("reset"));
          socket.once("end", () => this.#sawEnd(socket));
          socket.once("close", () => resolve());
        }),
    );
    await Promise.all(gone);
    this.#over.abort();
    this.#cancelLater?.();
  }

  async #carry(from: Side): Promise<void> {
    const upstream = this.#upstream as Socket;
    const [source, sink] = from === "client" ? [this.#client, upstream] : [upstream, this.#client];
    const { signal } = this.#over;
    const pipe = new Pipe({ source, sink, signal, onFired: this.#context.onFired }, this.#context.faults, from);
    try {
      const outcome = await pipe.run();
      if (outcome === "end") sink.end();
      else this.#break(outcome);
    } catch {
      // The link is over, or a write failed, and the socket emits that error.
    }
  }

  #break(breaking: Breaking): void {
    if (breaking === "stall") {
      this.#stalled = true;
      // The client has left already: no later event would end the link.
      if (this.#client.readableEnded) this.destroy();
      return;
    }
    this.#over.abort();
    if (breaking === "cut") this.#cut();
    else this.#later(RESET_LAG, () => this.#reset());
  }

  /** Ends a stalled link when the client leaves: no other event would. */
  #sawEnd(socket: Socket): void {
    if (socket === this.#client && this.#stalled) this.destroy();
  }

  #cut(): void {
    for (const socket of this.#sockets()) {
      // Closing with bytes unread would send RST: half-close, and read on until the peer closes too.
      socket.end();
      socket.resume();
    }
    this.#later(LINGER, () => this.destroy());
  }

  #reset(): void {
    for (const socket of this.#sockets()) {
      // A socket that is still connecting has nothing to reset, and would wait until it has.
      if (socket.connecting) socket.destroy();
      else resetSocket(socket);
    }
  }

  #later(ms: number, action: () => void): void {
    this.#cancelLater?.();
    this.#cancelLater = afterReads(ms, action);
  }
}

/** The fault that breaks the connection before its first byte, if any. A stall needs the connection. */
function breakingAtOnce(faults: readonly Fault[]): "cut" | "reset" | undefined {
  for (const fault of faults) {
    if ((fault.fault === "cut" || fault.fault === "reset") && fault.after === 0) return fault.fault;
  }
  return undefined;
}
