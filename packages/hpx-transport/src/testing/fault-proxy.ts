import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { FAULT_KINDS, type Fault, type FaultKind, type FaultPlan, faultsOf } from "./fault-proxy-faults.js";
import { Link } from "./fault-proxy-link.js";
import { type FaultProxyOptions, type ProxySettings, readProxyOptions } from "./options.js";
import { TestServer } from "./test-server.js";

/** After a refusal, the time for attempts to listen again, and the time between two, in milliseconds. */
const LISTEN_AGAIN = { deadline: 5000, interval: 10 };

/**
 * A TCP proxy on a loopback port that breaks connections with the faults that a test plans: see {@link Fault}.
 *
 * The n-th connection gets the n-th {@link FaultProxy.plan}; later ones get {@link FaultProxy.otherwise}. It does not
 * read the bytes that it forwards, so it also breaks TLS, HTTP/2 and any other protocol over TCP. Without faults it is
 * transparent: ends, half-closes, resets and back-pressure pass through.
 *
 * @example
 * ```ts
 * await using server = await MockSseServer.start();
 * await using proxy = await FaultProxy.start({ target: server.url });
 * proxy.plan(
 *   { fault: "cut", after: 300 }, // the first connection
 *   [{ fault: "split", bytes: 1 }, { fault: "reset", after: 500 }], // the second
 *   { fault: "refuse", for: 100 },
 * );
 * proxy.otherwise(randomFaults({ seed: 42 })); // those after them; left alone without this
 * // ... connect the client under test to proxy.url ...
 * proxy.stats.cut; // how often that happened
 * ```
 */
export class FaultProxy extends TestServer {
  /** The target's URL with the address of the proxy (`http://127.0.0.1:PORT/` for a port). */
  readonly url: string;
  /** The port of 127.0.0.1 on which it listens. */
  readonly port: number;

  readonly #target: URL;
  readonly #plans: (readonly Fault[])[] = [];
  #otherwise: (connection: number) => FaultPlan = () => [];
  readonly #links = new Set<Link>();
  readonly #stats: Record<FaultKind, number>;
  #connections = 0;
  #server: Server;
  /** Ends the wait of a refusal. */
  readonly #over = new AbortController();
  #refusal: Promise<void> | undefined;

  private constructor(server: Server, { target, deadline }: ProxySettings) {
    super("proxy", deadline);
    this.#server = server;
    this.#target = target;
    this.#stats = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Record<FaultKind, number>;
    this.port = (server.address() as AddressInfo).port;
    const url = new URL(target);
    url.hostname = "127.0.0.1";
    url.port = String(this.port);
    this.url = url.href;
    server.on("connection", (socket) => this.#accept(socket));
  }

  /** Starts a proxy. Rejects if the port is taken, and with `CONFIG` for an option that cannot be used. */
  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const settings = readProxyOptions(options);
    return new FaultProxy(await listen(settings.port), settings);
  }

  /** Queues plans, one for each of the next connections. */
  plan(...plans: readonly FaultPlan[]): void {
    this.#plans.push(...plans.map((plan) => faultsOf(plan)));
  }

  /**
   * The plan of every connection without a queued plan: the same each time, or the result of a function of the
   * connection's number (1 is the first).
   *
   * @defaultValue nothing
   */
  otherwise(plan: FaultPlan | ((connection: number) => FaultPlan)): void {
    const make =
      typeof plan === "function"
        ? plan
        : (
            (faults) => () =>
              faults
          )(faultsOf(plan));
    this.#otherwise = make;
  }

  /** By fault, the number of connections on which it took effect: bytes were held or split, or the connection broke. */
  get stats(): Readonly<Record<FaultKind, number>> {
    return { ...this.#stats };
  }

  /** How many connections were accepted so far. */
  get connections(): number {
    return this.#connections;
  }

  /** How many connections are open, on either side. */
  get openConnections(): number {
    return this.#links.size;
  }

  /** Breaks every open connection now: with FIN (`"cut"`) or RST. Resolves when they are gone. */
  async disconnectAll(how: "cut" | "reset"): Promise<void> {
    const links = [...this.#links];
    for (const link of links) link.break(how);
    await Promise.all(links.map(async (link) => await link.closed));
  }

  /** @internal */
  protected override countOpen(): number {
    return this.#links.size;
  }

  /** @internal */
  protected override async shutDown(): Promise<void> {
    this.#over.abort();
    await this.#refusal;
    const stopped = this.#server.listening ? once(this.#server, "close") : undefined;
    this.#server.close();
    const links = [...this.#links];
    for (const link of links) link.destroy();
    await Promise.all([stopped, ...links.map(async (link) => await link.closed)]);
  }

  #accept(client: Socket): void {
    this.#connections += 1;
    const faults = this.#nextPlan();
    const refuse = faults?.find((fault) => fault.fault === "refuse");
    if (faults === undefined || refuse !== undefined) {
      client.on("error", () => {});
      client.resetAndDestroy();
    } else {
      void this.#track(client, faults);
    }
    if (refuse === undefined) return;
    this.#refusal ??= this.#refuse(refuse.for);
    this.#count("refuse");
  }

  /** `undefined` if the plan failed. */
  #nextPlan(): readonly Fault[] | undefined {
    try {
      return this.#plans.shift() ?? faultsOf(this.#otherwise(this.#connections));
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  async #track(client: Socket, faults: readonly Fault[]): Promise<void> {
    const target = { host: this.#target.hostname.replace(/^\[|\]$/g, ""), port: portOf(this.#target) };
    const link = new Link({ client, target, faults, onFired: (kind) => this.#count(kind) });
    this.#links.add(link);
    this.changed();
    await link.closed;
    this.#links.delete(link);
    this.changed();
  }

  async #refuse(ms: number): Promise<void> {
    this.#server.close();
    try {
      await sleep(ms, undefined, { signal: this.#over.signal });
      const server = await this.#listenAgain();
      server.on("connection", (socket) => this.#accept(socket));
      this.#server = server;
    } catch (error) {
      if (!this.#over.signal.aborted) this.fail(error);
    }
    this.#refusal = undefined;
  }

  /** The system may have given the free port to an outgoing connection, such as the client's own attempt: tries again. */
  async #listenAgain(): Promise<Server> {
    const deadline = performance.now() + LISTEN_AGAIN.deadline;
    for (;;) {
      try {
        return await listen(this.port);
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await sleep(LISTEN_AGAIN.interval, undefined, { signal: this.#over.signal });
      }
    }
  }

  #count(kind: FaultKind): void {
    this.#stats[kind] += 1;
    this.changed();
  }

  /** @internal */
  protected override describe(): string {
    const fired = Object.entries(this.#stats).flatMap(([kind, times]) => (times > 0 ? [`${kind} ${times}`] : []));
    const what = fired.length === 0 ? "no fault" : fired.join(", ");
    return `${this.connections} connections came, ${this.openConnections} are open; ${what} took effect`;
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }).listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}
