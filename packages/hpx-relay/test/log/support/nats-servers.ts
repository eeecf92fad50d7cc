import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { connect } from "@nats-io/transport-node";
import { onTestFinished } from "vitest";
import { temporaryFolder, until } from "../../support.js";

/** Where `.ci/nats-server` puts the program. */
const program = "/opt/nats-server/nats-server";

/** Whether the nats-server that the tests need is there. It must be where `CI` is set, unless it could not be downloaded. */
export const hasNats: boolean = existsSync(program);
if (!hasNats)
  process.stderr.write(`SKIPPED: the tests of the relay over NATS: no ${program}; .ci/nats-server puts it there\n`);

/** A server or a cluster of them, on loopback; it goes with the test. */
export class NatsServers {
  /** `host:port` of each. */
  readonly addresses: readonly string[];
  readonly #folder: string;
  readonly #configs: readonly string[];
  readonly #children: (ChildProcess | undefined)[] = [];

  readonly #options: ServersOptions;

  private constructor(folder: string, ports: readonly number[], settings: string, options: ServersOptions) {
    this.#folder = folder;
    this.#options = options;
    const half = ports.length / 2;
    const clients = ports.slice(0, half);
    const routes = ports.slice(half).map((port) => `nats://127.0.0.1:${port}`);
    this.addresses = clients.map((port) => `127.0.0.1:${port}`);
    this.#configs = clients.map((port, index) => {
      const store = this.store(index);
      mkdirSync(store);
      const listen = `127.0.0.1:${ports[half + index]}`;
      const lines = [
        `server_name: n${index}`,
        `listen: "127.0.0.1:${port}"`,
        options.jetstream !== false && `jetstream { store_dir: ${JSON.stringify(store)} }`,
        half > 1 && `cluster { name: hpx, listen: "${listen}", routes: ${JSON.stringify(routes)} }`,
        settings,
      ];
      const file = `${store}.conf`;
      writeFileSync(file, lines.filter((line) => line !== false).join("\n"));
      return file;
    });
  }

  /** Starts `count` servers. `settings`: more lines for their configuration. */
  static async start(count: 1 | 3 = 1, settings = "", options: ServersOptions = {}): Promise<NatsServers> {
    const servers = new NatsServers(temporaryFolder(), await freePorts(count * 2), settings, options);
    onTestFinished(async () => {
      for (const index of servers.#children.keys()) await servers.kill(index);
    });
    for (let index = 0; index < count; index += 1) servers.run(index);
    await servers.ready();
    return servers;
  }

  /** For the option `servers` of a log. */
  get urls(): readonly string[] {
    return this.addresses.map((address) => `nats://${address}`);
  }

  /** The folder with the data of server `index`. */
  store(index: number): string {
    return join(this.#folder, `n${index}`);
  }

  /** Starts server `index`, or starts it again. */
  run(index: number): void {
    this.#children[index] = spawn(this.#options.program ?? program, ["-c", this.#configs[index] ?? ""], {
      stdio: "ignore",
    });
  }

  /** `kill -9`, or another signal. */
  signal(index: number, signal: NodeJS.Signals): void {
    this.#children[index]?.kill(signal);
  }

  /** `kill -9`; resolves when it is gone. */
  async kill(index: number): Promise<void> {
    const child = this.#children[index];
    if (child === undefined) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGCONT");
      child.kill("SIGKILL");
      await gone;
    }
    this.#children[index] = undefined;
  }

  /** Resolves when JetStream answers, or the server where it has none. */
  async ready(): Promise<void> {
    const { jetstream = true, password } = this.#options;
    const identity = password === undefined ? {} : { user: "u", pass: password };
    await until("JetStream", async () => {
      try {
        const connection = await connect({
          servers: [...this.addresses],
          timeout: 1000,
          reconnect: false,
          ...identity,
        });
        if (!jetstream) {
          await connection.close();
          return true;
        }
        try {
          const answer = await connection.request("$JS.API.INFO", "", { timeout: 1000 });
          return !answer.string().includes('"error"');
        } finally {
          await connection.close();
        }
      } catch {
        return false;
      }
    });
  }
}

/** How servers differ from usual ones. */
interface ServersOptions {
  /** @defaultValue that of Debian testing */
  readonly program?: string;
  /** @defaultValue true */
  readonly jetstream?: boolean;
  /** Of the user `u`. @defaultValue none is asked for */
  readonly password?: string;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
