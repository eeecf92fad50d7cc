import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** Where it is looked for: on the PATH, and where `.ci/nats-server` of the repository puts it. */
const PROGRAMS = ["nats-server", "/opt/nats-server/nats-server"];

/** The first version with atomic batches. */
const LEAST = { major: 2, minor: 12 };

/** How long it may take to start, in milliseconds. */
const START = 60_000;
const LOOK_EVERY = 20;

/** A nats-server that a relay can use; `undefined` where there is none. */
export async function findNatsServer(): Promise<string | undefined> {
  for (const program of PROGRAMS) {
    const { stdout } = await promisify(execFile)(program, ["--version"]).catch(() => ({ stdout: "" }));
    const [, major = 0, minor = 0] = (/v(\d+)\.(\d+)\./.exec(stdout) ?? []).map(Number);
    if (major > LEAST.major || (major === LEAST.major && minor >= LEAST.minor)) return program;
  }
  return undefined;
}

/** A nats-server with JetStream on loopback; it goes with the demo. */
export class NatsServer implements AsyncDisposable {
  /** Such as `nats://127.0.0.1:4222`. */
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** Starts it on a free port, with its data in `folder`. Rejects where it does not start. */
  static async start(program: string, folder: string): Promise<NatsServer> {
    const args = ["-js", "-sd", join(folder, "nats"), "-a", "127.0.0.1", "-p", "-1", "--ports_file_dir", folder];
    const child = spawn(program, args, { stdio: "ignore" });
    const end = performance.now() + START;
    while (child.exitCode === null && performance.now() < end) {
      const url = await writtenUrl(join(folder, `nats-server_${child.pid}.ports`));
      if (url !== undefined) return new NatsServer(child, url);
      await sleep(LOOK_EVERY);
    }
    child.kill("SIGKILL");
    throw new Error(`${program} does not start: exit code ${child.exitCode ?? "none"}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }
}

/** The server writes its addresses into a file when it listens. */
async function writtenUrl(file: string): Promise<string | undefined> {
  try {
    const { nats } = JSON.parse(await readFile(file, "utf8")) as { nats?: readonly string[] };
    return nats?.[0];
  } catch {
    return undefined; // not there yet, or half of it
  }
}
