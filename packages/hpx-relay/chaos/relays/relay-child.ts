import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { openSync, closeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { RelayStatus } from "hpx-relay";
import { SETTINGS } from "../settings.js";

type Report = { readonly type: "started" } | { readonly type: "status"; readonly status: RelayStatus };

/** A relay's process, started again until the run ends. */
export class RelayChild {
  readonly id: string;
  readonly #config: string;
  readonly #output: string;
  readonly #onViolation: (message: string) => void;
  #child: ChildProcess | undefined;
  #isRunning = false;
  #isStopped = false;
  /** The run ends this process: its exit is no surprise. */
  #isEnding = false;
  #isOver = false;

  constructor(id: string, config: string, output: string, onViolation: (message: string) => void) {
    this.id = id;
    this.#config = config;
    this.#output = output;
    this.#onViolation = onViolation;
  }

  /** The relay runs: it has opened the log, and is not stopped. */
  get isRunning(): boolean {
    return this.#isRunning && !this.#isStopped;
  }

  start(): void {
    if (this.#child !== undefined || this.#isOver) return;
    const output = openSync(this.#output, "a");
    const child = fork(new URL("relay-process.js", import.meta.url), [this.#config, this.id], {
      stdio: ["ignore", output, output, "ipc"],
    });
    closeSync(output);
    this.#child = child;
    this.#isEnding = false;
    this.#isStopped = false;
    child.on("message", ({ type }: Report) => {
      if (type === "started") this.#isRunning = true;
    });
    child.once("exit", (code, signal) => this.#exited(child, code, signal));
  }

  /** Kills it; resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL", SETTINGS.longestEnd);
  }

  /** Asks it to end; resolves when it is gone. */
  async terminate(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    if (!this.#isRunning) return await this.kill();
    await this.#end("SIGTERM", SETTINGS.longestEnd);
    if (child.exitCode !== 0) this.#onViolation(`${this.id}: exit ${child.exitCode} ${child.signalCode} after SIGTERM`);
  }

  /** Stops it for so long. */
  async pause(length: number): Promise<void> {
    const child = this.#child;
    this.#isStopped = true;
    child?.kill("SIGSTOP");
    await sleep(length);
    child?.kill("SIGCONT");
    this.#isStopped = false;
  }

  /** What it says of itself; `undefined` where it does not answer. */
  async status(): Promise<RelayStatus | undefined> {
    const child = this.#child;
    if (child?.connected !== true || !this.#isRunning) return undefined;
    const answer = new Promise<RelayStatus>((resolve) => {
      const take = (report: Report): void => {
        if (report.type !== "status") return;
        child.off("message", take);
        resolve(report.status);
      };
      child.on("message", take);
    });
    child.send({ type: "status" });
    return await Promise.race([answer, sleep(5000, undefined, { ref: false })]);
  }

  /** It is not started again. */
  async close(): Promise<void> {
    this.#isOver = true;
    await this.kill();
  }

  async #end(signal: "SIGKILL" | "SIGTERM", longest: number): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#isEnding = true;
    const gone = once(child, "exit");
    child.kill("SIGCONT");
    child.kill(signal);
    const timer = setTimeout(() => {
      this.#onViolation(`${this.id}: not gone ${longest} ms after ${signal}`);
      child.kill("SIGKILL");
    }, longest);
    await gone;
    clearTimeout(timer);
  }

  #exited(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#child !== child) return;
    // One that found no servers at its start ends with an error, and is started again, as a supervisor does.
    if (!this.#isEnding && this.#isRunning) this.#onViolation(`${this.id}: ended by itself: ${code} ${signal}`);
    this.#child = undefined;
    this.#isRunning = false;
    if (!this.#isEnding) setTimeout(() => this.start(), SETTINGS.restart);
  }
}
