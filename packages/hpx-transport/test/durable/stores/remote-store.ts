import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Claim, CursorRecord, CursorStore } from "hpx-transport/durable";
import { onTestFinished } from "vitest";

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly message: string };
}

let program: Promise<string> | undefined;

/** A store in a process of its own, which runs until the test is over. */
export class RemoteStore implements CursorStore {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #calls = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (reply: Reply) => {
      this.#waiting.get(reply.id)?.(reply);
      this.#waiting.delete(reply.id);
    });
  }

  /** `kind` and `place` say which store: see store-process.ts. `execPath`: another Node than this one. */
  static async start(kind: string, place: string, execPath: string = process.execPath): Promise<RemoteStore> {
    program ??= bundled("store-process.ts");
    const child = fork(await program, [kind, place], { execPath, execArgv: [] });
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child, "spawn");
    return new RemoteStore(child);
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async claim(name: string): Promise<Claim> {
    const claim = (await this.#call("claim", name)) as Claim;
    // JSON has no `undefined`.
    return { epoch: claim.epoch, record: claim.record };
  }

  async save(name: string, record: CursorRecord, claim: Claim): Promise<void> {
    await this.#call("save", name, record, claim);
  }

  async close(): Promise<void> {
    await this.#call("close");
  }

  /** Sends a signal; for `SIGKILL`, resolves when the process is gone. */
  async signal(name: "SIGKILL" | "SIGSTOP" | "SIGCONT"): Promise<void> {
    const gone = name === "SIGKILL" ? once(this.#child, "exit") : undefined;
    this.#child.kill(name);
    await gone;
  }

  async #call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    this.#calls += 1;
    const id = this.#calls;
    const reply = await new Promise<Reply>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ id, method, args });
    });
    if (reply.error !== undefined) throw Object.assign(new Error(reply.error.message), reply.error);
    return reply.value;
  }
}

/** Bundles a program of this folder, for another Node as well. */
async function bundled(entry: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "hpx-program-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  const outfile = join(folder, "program.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@hpx/source", "node"],
  });
  return outfile;
}
