import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Claim, CursorRecord, CursorStore } from "hpx-transport/durable";
import { onTestFinished } from "vitest";
import { bundled } from "./bundle.js";
import type { StorePlan } from "./open-store.js";

/** Which program has the store, and on which Node it runs. */
export interface RemoteOptions {
  /** @defaultValue the one with the file store */
  readonly program?: string;
  /** @defaultValue this Node */
  readonly execPath?: string | undefined;
}

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly message: string };
}

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

  static async start(plan: StorePlan, options: RemoteOptions = {}): Promise<RemoteStore> {
    const { program = join(import.meta.dirname, "store-process.ts"), execPath = process.execPath } = options;
    const child = fork(await bundled(program), [JSON.stringify(plan)], { execPath, execArgv: [] });
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

  /** Makes the record of a name unreadable. */
  async damage(name: string): Promise<void> {
    await this.#call("damage", name);
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
