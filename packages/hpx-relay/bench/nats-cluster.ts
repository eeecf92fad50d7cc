import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { connect } from "@nats-io/transport-node";

/** Where `.ci/nats-server` puts the program. */
const program = "/opt/nats-server/nats-server";

/** Whether the rows over NATS can be measured. */
export const hasNats: boolean = existsSync(program);

/** Three nats-servers on loopback. */
export interface Cluster {
  /** `127.0.0.1:PORT` of each. */
  readonly servers: readonly string[];
  stop(): Promise<void>;
}

/** Starts a cluster with its data in `folder`. */
export async function startCluster(folder: string): Promise<Cluster> {
  const ports = await freePorts(6);
  const routes = ports.slice(3).map((port) => `nats://127.0.0.1:${port}`);
  const children: ChildProcess[] = [];
  for (let index = 0; index < 3; index += 1) {
    const store = join(folder, `n${index}`);
    mkdirSync(store);
    const file = `${store}.conf`;
    writeFileSync(
      file,
      [
        `server_name: n${index}`,
        `listen: "127.0.0.1:${ports[index]}"`,
        `jetstream { store_dir: ${JSON.stringify(store)} }`,
        `cluster { name: hpx, listen: "127.0.0.1:${ports[3 + index]}", routes: ${JSON.stringify(routes)} }`,
      ].join("\n"),
    );
    children.push(spawn(program, ["-c", file], { stdio: "ignore" }));
  }
  const servers = ports.slice(0, 3).map((port) => `127.0.0.1:${port}`);
  await ready(servers);
  return {
    servers,
    stop: async () => {
      for (const child of children) {
        child.kill("SIGKILL");
        if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      }
    },
  };
}

/** The URLs of the servers, as a relay takes them. */
export function urlsOf({ servers }: Cluster): string[] {
  return servers.map((server) => `nats://${server}`);
}

async function ready(servers: readonly string[]): Promise<void> {
  const end = Date.now() + 20_000;
  for (;;) {
    try {
      const connection = await connect({ servers: [...servers], timeout: 1000, reconnect: false });
      const answer = await connection.request("$JS.API.INFO", "", { timeout: 1000 });
      await connection.close();
      if (!answer.string().includes('"error"')) return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
