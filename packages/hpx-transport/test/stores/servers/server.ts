import { rm } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, onTestFinished } from "vitest";
import { folderForProgram, Program } from "../../support/program.js";
import { freePort, listens } from "../../support/ports.js";
import { needs, type Requirement } from "../../support/requirements.js";

/** How a kind of server is started. */
export interface ServerKind {
  readonly requirement: Requirement;
  readonly command: () => string;
  readonly args: (folder: string, port: number) => readonly string[];
  /** Makes its files, once. */
  readonly prepare?: (folder: string) => Promise<void>;
  /** It answers. */
  readonly answers?: (port: number) => Promise<boolean>;
}

/** A server of the tests alone: a free port, a folder of its own, and files that outlive a `kill -9`. */
export class Server {
  readonly port: number;
  readonly #kind: ServerKind;
  readonly #folder: string;
  #program: Program | undefined;

  private constructor(kind: ServerKind, folder: string, port: number) {
    this.#kind = kind;
    this.#folder = folder;
    this.port = port;
  }

  static async start(kind: ServerKind): Promise<Server> {
    const server = new Server(kind, folderForProgram(), await freePort());
    await kind.prepare?.(server.#folder);
    await server.start();
    return server;
  }

  /** A server that is gone when the test is over. */
  static async forTest(kind: ServerKind): Promise<Server> {
    const server = await Server.start(kind);
    onTestFinished(() => server.remove());
    return server;
  }

  /** Starts it again, after `kill`. Resolves when it answers. */
  async start(): Promise<void> {
    const { args, command, answers = listens } = this.#kind;
    const program = new Program(command(), args(this.#folder, this.port), { folder: this.#folder });
    this.#program = program;
    await program.until("answers", () => answers(this.port), 30_000);
  }

  /** `kill -9`: its port is closed, and its files stay. */
  async kill(): Promise<void> {
    await this.#program?.kill();
  }

  /** It hangs, with its port open, until `goOn`. */
  hang(): void {
    this.#program?.signal("SIGSTOP");
  }

  goOn(): void {
    this.#program?.signal("SIGCONT");
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** One server for all tests of a file. Without it they are skipped, and fail in CI. */
export function sharedServer(kind: ServerKind): () => Server {
  let server: Server | undefined;
  beforeAll(async () => {
    if (kind.requirement.met) server = await Server.start(kind);
  }, 60_000);
  // PostgreSQL leaves a thousand files for each database.
  afterAll(() => server?.remove(), 120_000);
  beforeEach(needs(kind.requirement));
  return () => {
    if (server === undefined) throw new Error("the server is there while tests run");
    return server;
  };
}
