import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { bundled } from "../processes/bundle.js";
import type { RemoteOptions } from "../processes/remote-store.js";
import type { ConsumerPlan } from "../processes/run-consumer.js";

/** How a consumer ended. */
export type Outcome = "killed" | "done" | "fenced";

/** A consumer in a process of its own. */
export class Consumer {
  readonly child: ChildProcess;
  readonly #ended: Promise<Outcome>;
  readonly #working: Promise<unknown>;
  #errors = "";

  private constructor(child: ChildProcess) {
    this.child = child;
    onTestFinished(() => void child.kill("SIGKILL"));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    this.#ended = this.#end();
    this.#working = new Promise((resolve) => {
      child.once("message", resolve).once("close", resolve);
    });
  }

  static async start(plan: ConsumerPlan, options: RemoteOptions = {}): Promise<Consumer> {
    const { execPath = process.execPath } = options;
    const { program = join(import.meta.dirname, "../processes/consumer-process.ts") } = options;
    const settings = { execPath, execArgv: [], silent: true };
    return new Consumer(fork(await bundled(program), [JSON.stringify(plan)], settings));
  }

  /** How it ended. Rejects where it failed. */
  get ended(): Promise<Outcome> {
    return this.#ended;
  }

  /** Resolves when it has its first event, or has ended. */
  get working(): Promise<unknown> {
    return this.#working;
  }

  /** Kills it after some milliseconds, unless it ends before. Resolves with how it ended. */
  async killAfter(milliseconds: number): Promise<Outcome> {
    const timer = setTimeout(() => this.child.kill("SIGKILL"), milliseconds);
    return this.#ended.finally(() => clearTimeout(timer));
  }

  async #end(): Promise<Outcome> {
    const [code, signal] = (await once(this.child, "close")) as [number | null, NodeJS.Signals | null];
    if (signal === "SIGKILL") return "killed";
    if (code === 0) return "done";
    if (code === 3) return "fenced";
    throw new Error(`the consumer ended with ${code ?? signal}: ${this.#errors}`);
  }
}

/** The ledger that is in the database of a store. */
export async function databaseLedger(plan: ConsumerPlan, options: RemoteOptions): Promise<string[]> {
  const consumer = await Consumer.start({ ...plan, kill: undefined, tell: true }, options);
  const told = once(consumer.child, "message");
  await consumer.ended;
  return (await told)[0] as string[];
}
