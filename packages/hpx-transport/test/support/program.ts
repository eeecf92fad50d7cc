import { type ChildProcess, spawn, spawnSync, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { eventually } from "./promises.js";

/** All that a program is told of this process. Debian keeps servers where only root looks for them. */
export const environment: NodeJS.ProcessEnv = { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` };

/** Who a program is when we are root: nobody, for it needs no more. */
const user: { readonly uid: number; readonly gid: number } | undefined =
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

/** When the test process is gone without a word, its end of the pipe closes, and the group is killed. */
const GUARD = 'read -r word || kill -9 "-$1"';

/**
 * A program of the system with everything that it starts: they share a process group, which dies with the test process
 * however that ends.
 */
export class Program {
  /** What it wrote so far, standard output and errors together. */
  output = "";
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #guard: ChildProcess;
  readonly #closed: Promise<unknown>;
  #over = false;
  #swept = false;

  /** `folder`: where it starts. `privileged`: with our rights, root's also. */
  constructor(command: string, args: readonly string[], options: { folder?: string; privileged?: true } = {}) {
    this.#name = command;
    const stdio: StdioOptions = ["ignore", "pipe", "pipe"];
    this.#child = spawn(command, args, {
      ...(options.privileged ? {} : user),
      cwd: options.folder,
      env: environment,
      detached: true,
      stdio,
    });
    const listen = (text: string): void => void (this.output += text);
    this.#child.stdout?.setEncoding("utf8").on("data", listen);
    this.#child.stderr?.setEncoding("utf8").on("data", listen);
    this.#closed = once(this.#child, "close").finally(() => {
      this.#over = true;
    });
    // The guard outlives a signal to this process's own group, hence one of its own.
    this.#guard = spawn("sh", ["-c", GUARD, "guard", String(this.#child.pid)], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
  }

  /** Waits until the program has come as far as `condition` says; fails with its output when it ended before. */
  async until(what: string, condition: () => boolean | Promise<boolean>, deadline = 10_000): Promise<void> {
    await eventually(
      `${this.#name}: ${what}`,
      async () => {
        if (this.#over) throw new Error(`${this.#name} has ended: ${this.output}`);
        return await condition();
      },
      deadline,
    );
  }

  /** Waits until it has ended in good order: nothing that it started is left. */
  async exited(): Promise<void> {
    await this.#closed;
    if (!this.#swept) this.#guard.stdin?.end("done\n");
    this.#swept = true;
  }

  /** `kill -9` of the program and of everything that it started, also when itself is gone already. */
  async kill(): Promise<void> {
    const { pid } = this.#child;
    if (pid !== undefined && !this.#swept) signalAll(pid, "SIGKILL");
    await this.exited();
  }

  /** Stops the program and everything that it started, or lets them go on. */
  signal(name: "SIGSTOP" | "SIGCONT"): void {
    const { pid } = this.#child;
    if (pid !== undefined) signalAll(pid, name);
  }
}

/** Signals the group of a process, and its children: PostgreSQL's have groups of their own. */
function signalAll(pid: number, name: NodeJS.Signals): void {
  for (const target of [...childrenOf(pid), -pid]) {
    try {
      process.kill(target, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** The processes that a process started, as Linux tells them. */
function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return children.split(" ").filter(Boolean).map(Number);
  } catch {
    // It is gone, or this is another system.
    return [];
  }
}

/** Whether the program is there and takes these arguments. */
export function runs(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { env: environment, stdio: "ignore" }).status === 0;
}

/** A folder for a program, gone when the test is over. Make it first: what uses it is then stopped before. */
export function temporaryFolder(): string {
  const folder = folderForProgram();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder that a program may write to, for several tests; the caller removes it. */
export function folderForProgram(): string {
  const folder = mkdtempSync(join(tmpdir(), "hpx-test-"));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  return folder;
}
