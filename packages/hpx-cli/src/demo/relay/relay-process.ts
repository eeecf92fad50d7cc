import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { RelayStatus } from "hpx-relay";

/** What a relay is started with. */
export interface RelayProcessOptions {
  /** The file of the program `hpx`. */
  readonly program: string;
  /** The configuration. */
  readonly file: string;
  /** Its name. */
  readonly id: string;
  /** More variables of its environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** `hpx relay FILE` as a process of its own. */
export class RelayProcess {
  readonly id: string;
  /** Its first line: what it relays, and where its status page is. */
  readonly greeting: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #url: string;

  private constructor(id: string, child: ChildProcess, greeting: string) {
    this.id = id;
    this.greeting = greeting;
    this.#child = child;
    this.#exited = once(child, "exit");
    this.#url = /http:\S+/.exec(greeting)?.[0] ?? "";
  }

  /** Resolves when it has opened the log; rejects with what it complains of. */
  static async start({ program, file, id, environment }: RelayProcessOptions): Promise<RelayProcess> {
    const child = spawn(process.execPath, [program, "relay", "--id", id, file], {
      env: { ...process.env, HPX_LOG: "error", ...environment },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stderr })) {
      if (line.startsWith("relaying ")) {
        child.stderr.resume();
        return new RelayProcess(id, child, line);
      }
      lines.push(line);
    }
    throw new Error(lines.join("; ") || `the relay ${id} ended without a word`);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** What it does; `undefined` where it does not answer. */
  async status(): Promise<RelayStatus | undefined> {
    try {
      const response = await fetch(new URL("status", this.#url), { signal: AbortSignal.timeout(1000) });
      return (await response.json()) as RelayStatus;
    } catch {
      return undefined;
    }
  }

  /** Sends it a signal; resolves when it has ended. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill(signal);
    await this.#exited;
  }
}

/** What `hpx relay verify` says. */
export interface Verified {
  /** Its verdict, on one line. */
  readonly line: string;
  /** What it says of each fault. */
  readonly faults: readonly string[];
  readonly isGood: boolean;
}

/** Runs `hpx relay verify FILE` as a process of its own. */
export async function verifyLog(program: string, file: string): Promise<Verified> {
  const result = await promisify(execFile)(process.execPath, [program, "relay", "verify", file]).then(
    (output) => ({ ...output, isGood: true }),
    ({ stdout, stderr }: { stdout: string; stderr: string }) => ({ stdout, stderr, isGood: false }),
  );
  const faults = result.stderr.split("\n").filter((line) => line !== "");
  return { line: result.stdout.trimEnd(), faults, isGood: result.isGood };
}
