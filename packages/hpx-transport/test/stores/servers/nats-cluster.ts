import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { connect } from "@nats-io/transport-node";
import { freePort } from "../../support/ports.js";
import { eventually } from "../../support/promises.js";
import { clusterServer } from "./nats.js";
import { Server, type ServerKind } from "./server.js";

const SERVERS = 3;

/** Three NATS servers that keep three replicas of a bucket. */
export class NatsCluster {
  readonly #servers: readonly Server[];

  private constructor(servers: readonly Server[]) {
    this.#servers = servers;
  }

  static async start(): Promise<NatsCluster> {
    const ports: number[] = [];
    while (ports.length < SERVERS) ports.push(await freePort());
    const routes = ports.map((port) => `nats://127.0.0.1:${port}`);
    const kinds = routes.map((route, index): ServerKind => {
      const args = [
        "--server_name",
        `s${index}`,
        "--cluster_name",
        "tests",
        "--cluster",
        route,
        "--routes",
        routes.join(","),
      ];
      return { ...clusterServer, args: (folder, port) => [...clusterServer.args(folder, port), ...args] };
    });
    const cluster = new NatsCluster(await Promise.all(kinds.map(async (kind) => await Server.start(kind))));
    await cluster.#elected();
    return cluster;
  }

  /** The place of a bucket with three replicas. */
  place(bucket: string): string {
    const [first, ...others] = this.#servers.map(({ port }) => `127.0.0.1:${port}`);
    return `nats://${first}/${bucket}?replicas=${SERVERS}${others.map((server) => `&server=${server}`).join("")}`;
  }

  /** `kill -9` of the server that decides what is written to a bucket. */
  async killLeaderOf(bucket: string): Promise<Server> {
    const connection = await this.#connection();
    try {
      const { cluster } = await (await jetstreamManager(connection)).streams.info(`KV_${bucket}`);
      const leader = this.#servers[Number(cluster?.leader?.slice(1))];
      if (leader === undefined) throw new Error(`${bucket} has no leader`);
      await leader.kill();
      return leader;
    } finally {
      await connection.close();
    }
  }

  async remove(): Promise<void> {
    await Promise.all(this.#servers.map(async (server) => await server.remove()));
  }

  /** A bucket can be made: the servers have found each other and a leader. */
  async #elected(): Promise<void> {
    const connection = await this.#connection();
    try {
      const made = async (): Promise<boolean> => {
        try {
          await new Kvm(jetstream(connection)).create("first", { replicas: SERVERS });
          return true;
        } catch {
          return false;
        }
      };
      await eventually("a bucket with replicas can be made", made, 60_000);
    } finally {
      await connection.close();
    }
  }

  #connection(): ReturnType<typeof connect> {
    const servers = this.#servers.map(({ port }) => `127.0.0.1:${port}`);
    return connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  }
}
