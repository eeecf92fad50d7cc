import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { bundled } from "../processes/bundle.js";
import type { ConsumerPlan } from "../processes/consumer-process.js";

/** How a consumer ended. */
export type Outcome = "killed" | "done" | "fenced";

/** A consumer in a process of its own. */
export class Consumer {
  readonly child: ChildProcess;
  readonly #ended: Promise<Outcome>;
  #errors = "";

  private constructor(child: ChildProcess) {
    this.child = child;
    onTestFinished(() => void child.kill("SIGKILL"));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    this.#ended = this.#end();
  }

  /** `execPath`: another Node than this one. */
  static async start(plan: ConsumerPlan, execPath: string = process.execPath): Promise<Consumer> {
    const program = await bundled("consumer-process.ts");
    return new Consumer(fork(program, [JSON.stringify(plan)], { execPath, execArgv: [], silent: true }));
  }

  /** How it ended. Rejects where it failed. */
  get ended(): Promise<Outcome> {
    return this.#ended;
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
export async function databaseLedger(plan: ConsumerPlan, execPath?: string): Promise<string[]> {
  const consumer = await Consumer.start({ ...plan, kill: undefined, tell: true }, execPath);
  const told = once(consumer.child, "message");
  await consumer.ended;
  return (await told)[0] as string[];
}
