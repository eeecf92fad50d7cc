import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { untilPort } from "./ports.js";

/** The time limit of a start and of a kill, in milliseconds. A machine that does other work needs seconds. */
const DEADLINE = 30_000;

/** The user `nobody` of Debian. */
const NOBODY = 65_534;

export interface ServiceOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The loopback port that it listens at. */
  readonly port: number;
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Runs as another user where this process runs as root. */
  readonly unprivileged?: boolean | undefined;
}

/** The group of each process that runs. */
const groups = new Set<number>();
process.once("exit", () => groups.forEach(killGroup));
for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => process.exit(1));

/** The user of unprivileged programs; undefined where this process is not root, and they run as its user. */
export const unprivilegedUser: number | undefined = process.getuid?.() === 0 ? NOBODY : undefined;

/** A server program that is killed and started again at the same port. */
export class Service {
  readonly #options: ServiceOptions;
  #child: ChildProcess | undefined;
  #complaints = "";

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  /** Starts it. Resolves when it accepts connections. */
  async start(): Promise<void> {
    const { command, args, port, cwd, environment, unprivileged } = this.#options;
    const user = unprivileged ? unprivilegedUser : undefined;
    // A group of its own: some programs start others, which the same signal must reach.
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
      ...(user !== undefined && { uid: user, gid: user }),
    });
    this.#child = child;
    child.stderr.on("data", (chunk: Buffer) => {
      this.#complaints = `${this.#complaints}${chunk.toString()}`.slice(-2000);
    });
    const ended = new AbortController();
    child.once("error", (error) => ended.abort(error));
    child.once("exit", (code) => ended.abort(new Error(`it ended with ${code}`)));
    if (child.pid !== undefined) groups.add(child.pid);
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(DEADLINE)]);
    try {
      await untilPort(port, "open", signal);
    } catch {
      throw new Error(`${command} did not start: ${String(signal.reason)}\n${this.#complaints}`);
    }
  }

  /** `kill -9` of the program and all that it started. Resolves when its port is free again. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.pid === undefined) return;
    const exit = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
    killGroup(child.pid);
    groups.delete(child.pid);
    await exit;
    await untilPort(this.#options.port, "closed", AbortSignal.timeout(DEADLINE));
  }
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // No process of the group is left.
  }
}
