import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where `.ci/nats-server` puts the program. */
export const NATS_PROGRAM = "/opt/nats-server/nats-server";

/** Its version as a number, such as 2.15; 0 where it is not there. */
export function natsVersion(): number {
  const { stdout, status } = spawnSync(NATS_PROGRAM, ["--version"], { encoding: "utf8" });
  const [, major, minor] = (status === 0 && /v?(\d+)\.(\d+)\./.exec(stdout)) || [];
  return major === undefined || minor === undefined ? 0 : Number(major) + Number(minor) / 100;
}

/** Servers that run: they must not outlive the run. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** The ports of a server, and of all of its cluster. */
export interface Ports {
  readonly client: number;
  readonly cluster: number;
  readonly routes: readonly number[];
}

/** One server of a cluster, with its files. */
export class NatsServer {
  readonly name: string;
  readonly address: string;
  readonly #folder: string;
  readonly #ports: Ports;
  #child: ChildProcess | undefined;

  constructor(folder: string, name: string, ports: Ports) {
    this.#folder = folder;
    this.name = name;
    this.#ports = ports;
    this.address = `127.0.0.1:${ports.client}`;
  }

  /** Writes the configuration; once, before the first start. */
  async prepare(): Promise<void> {
    const { client, cluster, routes } = this.#ports;
    await mkdir(this.#store, { recursive: true });
    const lines = [
      `server_name: ${this.name}`,
      `listen: "127.0.0.1:${client}"`,
      `jetstream { store_dir: ${JSON.stringify(this.#store)} }`,
      `cluster { name: chaos, listen: "127.0.0.1:${cluster}", routes: ${JSON.stringify(
        routes.map((port) => `nats://127.0.0.1:${port}`),
      )} }`,
      `log_file: ${JSON.stringify(join(this.#folder, `${this.name}.log`))}`,
    ];
    await writeFile(this.#config, lines.join("\n"));
  }

  start(): void {
    if (this.#child !== undefined) return;
    const child = spawn(NATS_PROGRAM, ["-c", this.#config], { stdio: "ignore" });
    running.add(child);
    child.once("exit", () => running.delete(child));
    this.#child = child;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Sends a signal that ends it; resolves when it is gone. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGCONT");
      child.kill(signal);
      // One that waits for others to end well is not waited for.
      const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await gone;
      clearTimeout(timer);
    }
    this.#child = undefined;
  }

  /** Copies its files; it must be down. */
  async copy(): Promise<void> {
    await rm(this.#copy, { recursive: true, force: true });
    await cp(this.#store, this.#copy, { recursive: true });
  }

  /** Puts the copy in their place; it must be down. */
  async rollBack(): Promise<void> {
    await rm(this.#store, { recursive: true, force: true });
    await cp(this.#copy, this.#store, { recursive: true });
  }

  get #store(): string {
    return join(this.#folder, this.name);
  }

  get #copy(): string {
    return join(this.#folder, `${this.name}.copy`);
  }

  get #config(): string {
    return join(this.#folder, `${this.name}.conf`);
  }
}
