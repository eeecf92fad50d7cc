import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { rowFrom } from "../audit/nats-row.js";
import type { Row } from "../audit/row.js";
import { SETTINGS } from "../settings.js";
import type { LogUnderTest } from "./log-under-test.js";
import { NatsAdmin, STREAM, type StreamInfo } from "./nats-admin.js";
import { NatsServer } from "./nats-server.js";

/** Every fault of the servers and the stream, for the plan. */
export const NATS_FAULTS = [
  "server: SIGKILL",
  "server: SIGSTOP",
  "server: SIGTERM",
  "leader: SIGKILL",
  "leader: SIGSTOP",
  "leader: steps down",
  "servers: all SIGKILL",
  "log: full",
] as const;

/** Messages that are asked for at one time. */
const ASKED = 200;

/** A cluster of nats-servers on loopback. */
export class NatsCluster implements LogUnderTest {
  readonly url: string;
  readonly relays: number = SETTINGS.relays;
  readonly #folder: string;
  readonly #servers: readonly NatsServer[];
  readonly #admin: NatsAdmin;

  private constructor(folder: string, servers: readonly NatsServer[]) {
    this.#folder = folder;
    this.#servers = servers;
    this.url = servers.map(({ address }) => `nats://${address}`).join(",");
    this.#admin = new NatsAdmin(servers.map(({ address }) => address));
  }

  static async start(): Promise<NatsCluster> {
    const folder = await mkdtemp(join(tmpdir(), "hpx-chaos-"));
    const ports = await freePorts(SETTINGS.servers * 2);
    const routes = ports.slice(SETTINGS.servers);
    const servers = routes.map(
      (cluster, index) => new NatsServer(folder, `n${index}`, { client: ports[index] as number, cluster, routes }),
    );
    await Promise.all(servers.map((server) => server.prepare()));
    const cluster = new NatsCluster(folder, servers);
    await cluster.#startAll();
    return cluster;
  }

  async copy(): Promise<void> {
    await this.#allDown(async (server) => await server.copy());
  }

  async rollBack(): Promise<void> {
    await this.#allDown(async (server) => await server.rollBack());
  }

  async disturb(fault: string, length: number, choice: number): Promise<void> {
    const [target = "", how = ""] = fault.split(": ");
    const any = this.#servers[Math.floor(choice * this.#servers.length)] as NatsServer;
    const server = target === "leader" ? await this.#leader() : any;
    if (fault === "servers: all SIGKILL") return await this.#allDown(async () => await sleep(length));
    if (fault === "log: full") return await this.#full(length);
    if (fault === "leader: steps down") await this.#admin.ask(`STREAM.LEADER.STEPDOWN.${STREAM}`);
    if (how === "SIGSTOP") {
      server.signal("SIGSTOP");
      await sleep(length);
      server.signal("SIGCONT");
    }
    if (how === "SIGKILL" || how === "SIGTERM") {
      await server.end(how);
      await sleep(length);
      server.start();
    }
    await this.#admin.whole(SETTINGS.servers);
  }

  async lastNumbers(sources: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const found = await Promise.all(
      sources.map(async (source) => {
        const message = await this.#admin.message({ last_by_subj: `feed.${source}` });
        return [source, message === undefined ? 0 : rowFrom(message).n] as const;
      }),
    );
    return new Map(found);
  }

  async *rows(): AsyncGenerator<Row> {
    const { state } = await this.#admin.ask<StreamInfo>(`STREAM.INFO.${STREAM}`);
    for (let from = state.first_seq; from <= state.last_seq; from += ASKED) {
      const count = Math.min(ASKED, state.last_seq - from + 1);
      const asked = Array.from({ length: count }, async (_, index) => await this.#admin.message({ seq: from + index }));
      for (const message of await Promise.all(asked)) if (message !== undefined) yield rowFrom(message);
    }
  }

  async close(): Promise<void> {
    await this.#admin.close();
    await Promise.all(this.#servers.map((server) => server.end("SIGKILL")));
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #startAll(): Promise<void> {
    for (const server of this.#servers) server.start();
    await this.#admin.ask("INFO");
    await this.#admin.whole(SETTINGS.servers);
  }

  async #allDown(work: (server: NatsServer) => Promise<void>): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.end("SIGKILL")));
    await Promise.all(this.#servers.map(async (server) => await work(server)));
    await this.#startAll();
  }

  async #leader(): Promise<NatsServer> {
    const { cluster } = await this.#admin.ask<StreamInfo>(`STREAM.INFO.${STREAM}`);
    return this.#servers.find(({ name }) => name === cluster?.leader) ?? (this.#servers[0] as NatsServer);
  }

  /** Lets the stream take no more messages for a while. */
  async #full(length: number): Promise<void> {
    const { config, state } = await this.#admin.ask<StreamInfo>(`STREAM.INFO.${STREAM}`);
    await this.#admin.ask(`STREAM.UPDATE.${STREAM}`, { ...config, max_msgs: state.messages });
    await sleep(length);
    await this.#admin.ask(`STREAM.UPDATE.${STREAM}`, { ...config, max_msgs: -1 });
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
