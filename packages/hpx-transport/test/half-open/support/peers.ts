import { join } from "node:path";
import { build } from "esbuild";
import { onTestFinished } from "vitest";
import { Program, temporaryFolder } from "../../support/program.js";
import { makeAuthority } from "../../http/support/authority.js";
import { Network } from "./network.js";
import type { ClientOptions, Report, SocketClientOptions } from "./report.js";

export type Protocol = "HTTP/1.1" | "HTTP/2";

/** A server and a client of ours, each a process in a network namespace of its own. */
export class Peers {
  readonly network: Network;
  readonly #client: Program;

  readonly #server: Program;

  private constructor(network: Network, server: Program, client: Program) {
    this.network = network;
    this.#server = server;
    this.#client = client;
  }

  /** Starts both; the test's end kills them. HTTP/2 is over TLS. */
  static async start(protocol: Protocol, options: Omit<ClientOptions, "url" | "ca"> = {}): Promise<Peers> {
    const folder = temporaryFolder();
    await bundle(folder, "server.ts", "client.ts");
    const network = new Network();
    const authority = protocol === "HTTP/2" ? makeAuthority() : undefined;
    const identity = authority?.issue({ subjectAltName: `IP:${network.serverAddress}` });
    const server = run(network.server, join(folder, "server.mjs"), ...(identity ? [JSON.stringify(identity)] : []));
    await server.until("listens", () => server.output.includes("listening"));
    const url = `${authority ? "https" : "http"}://${network.serverAddress}:8080/`;
    const told: ClientOptions = { url, ca: authority?.ca, ...options };
    return new Peers(network, server, run(network.client, join(folder, "client.mjs"), JSON.stringify(told)));
  }

  /** The same with a WebSocket. */
  static async startSocket(options: Omit<SocketClientOptions, "url"> = {}): Promise<Peers> {
    const folder = temporaryFolder();
    await bundle(folder, "socket-server.ts", "socket-client.ts");
    const network = new Network();
    const server = run(network.server, join(folder, "socket-server.mjs"));
    await server.until("listens", () => server.output.includes("listening"));
    const told: SocketClientOptions = { url: `ws://${network.serverAddress}:8080/`, ...options };
    return new Peers(network, server, run(network.client, join(folder, "socket-client.mjs"), JSON.stringify(told)));
  }

  /** What the server wrote. */
  get serverOutput(): string {
    return this.#server.output;
  }

  /** Everything the client saw so far. */
  get reports(): Report[] {
    const lines = this.#client.output.split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Report);
  }

  /** The first report like this one, waited for. */
  async report(like: Partial<Report>, deadline = 10_000): Promise<Report> {
    const wanted = Object.entries(like) as [keyof Report, unknown][];
    const find = (): Report | undefined =>
      this.reports.find((report) => wanted.every(([key, value]) => report[key] === value));
    await this.#client.until(`reports ${JSON.stringify(like)}`, () => find() !== undefined, deadline);
    return find() as Report;
  }
}

function run(namespace: string, file: string, ...args: readonly string[]): Program {
  const command = ["netns", "exec", namespace, process.execPath, file, ...args];
  const program = new Program("ip", command, { privileged: true });
  onTestFinished(() => program.kill());
  return program;
}

/** The processes run the workspace's sources, as the tests do. */
async function bundle(folder: string, ...files: readonly string[]): Promise<void> {
  await build({
    entryPoints: files.map((file) => join(import.meta.dirname, file)),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@hpx/source"],
    // `ws` is CommonJS.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
}
