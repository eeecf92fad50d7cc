import { connect, type Socket } from "node:net";
import type { Breaking, Fault, FaultKind, Side } from "./fault-proxy-faults.js";
import { Pipe } from "./fault-proxy-pipe.js";
import { resetSocket } from "./reset-socket.js";

/**
 * How many milliseconds a reset lets the last bytes be read: libuv, and so every Node client, takes a reset that arrives
 * together with bytes for a FIN.
 */
const RESET_LAG = 10;

/** How many milliseconds a peer that was sent a FIN has for its own. */
const LINGER = 1000;

/** What a link works with. */
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
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
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

  /** Breaks both sides now, in the middle of whatever is forwarded. */
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
          // What went wrong with one side is what the other is to see: a reset.
          socket.on("error", () => this.#over.signal.aborted || this.break("reset"));
          socket.once("end", () => this.#sawEnd(socket));
          socket.once("close", () => resolve());
        }),
    );
    await Promise.all(gone);
    this.#over.abort();
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
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
      // The link is over, or a write failed: the socket's own error says so.
    }
  }

  #break(breaking: Breaking): void {
    if (breaking === "stall") {
      this.#stalled = true;
      // Nothing that comes later would tell that the client has left already.
      if (this.#client.readableEnded) this.destroy();
      return;
    }
    this.#over.abort();
    if (breaking === "cut") this.#cut();
    else this.#later(RESET_LAG, () => this.#reset());
  }

  /** A client that leaves a stalled link is not answered by anybody: nothing else would end it. */
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
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // An immediate runs after the sockets were read once more: also a client in this process has had its turn.
      this.#immediate = setImmediate(action);
    }, ms);
  }
}

/** The fault that breaks the connection before a byte, where there is one. A stall needs the connection. */
function breakingAtOnce(faults: readonly Fault[]): "cut" | "reset" | undefined {
  for (const fault of faults) {
    if ((fault.fault === "cut" || fault.fault === "reset") && fault.after === 0) return fault.fault;
  }
  return undefined;
}
