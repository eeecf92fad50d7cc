import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FaultProxy } from "hpx-transport/testing";
import { lanePlans } from "./proxy-faults.js";
import type { Rng } from "./rng.js";
import { SETTINGS } from "./settings.js";
import { WorkLog } from "./work-log.js";

/** A durable consumer behind a proxy that breaks its connections, in a process that is killed with SIGKILL and started again. */
export class DurableLane {
  readonly work: WorkLog = new WorkLog();
  readonly #proxy: FaultProxy;
  readonly #rng: Rng;
  readonly #url: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "hpx-chaos-"));
  readonly #violations: string[] = [];
  readonly #running: Promise<void>;
  readonly #calm = new AbortController();
  #process: ChildProcess | undefined;
  #file: number;
  #kills = 0;

  private constructor(proxy: FaultProxy, path: string, seed: number, rng: Rng) {
    this.#proxy = proxy;
    this.#rng = rng;
    this.#url = `${proxy.url}${path}`;
    this.#file = openSync(this.#workFile, "a+");
    const plans = lanePlans(seed, rng);
    proxy.otherwise((connection) => plans(connection).plan);
    this.#running = this.#killAndRestart();
  }

  /** `path` is that of its requests. */
  static async start(target: string, path: string, seed: number, rng: Rng): Promise<DurableLane> {
    return new DurableLane(await FaultProxy.start({ target }), path, seed, rng);
  }

  get kills(): number {
    return this.#kills;
  }

  /** The broken rules since the last call. */
  violations(): string[] {
    this.#read();
    return this.#violations.splice(0);
  }

  /** Ends all faults: the process that is started now runs to the end. */
  calmDown(): void {
    this.#calm.abort();
    this.#proxy.otherwise(() => []);
  }

  /** Asks the process to end, and waits for it. */
  async stop(): Promise<void> {
    await this.#running;
    const last = this.#process;
    if (last === undefined) return;
    const ended = once(last, "exit");
    last.send("stop");
    const timer = setTimeout(() => last.kill("SIGKILL"), SETTINGS.tailDeadline);
    const [code] = (await ended) as [number | null];
    clearTimeout(timer);
    if (code !== 0) this.#violations.push(`its last process ended with ${code} and not with 0`);
  }

  async close(): Promise<void> {
    this.calmDown();
    await this.#running;
    this.#process?.kill("SIGKILL");
    closeSync(this.#file);
    rmSync(this.#folder, { recursive: true });
    await this.#proxy.close();
  }

  get #workFile(): string {
    return join(this.#folder, "work");
  }

  async #killAndRestart(): Promise<void> {
    const { signal } = this.#calm;
    const { youngest, oldest } = SETTINGS.durable;
    for (;;) {
      const child = this.#start();
      await sleep(this.#rng.between(youngest, oldest), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      const ended = once(child, "exit");
      if (child.exitCode === null) child.kill("SIGKILL");
      await ended;
      this.#read();
      this.work.killed();
      this.#kills += 1;
    }
  }

  #start(): ChildProcess {
    const program = new URL("durable-process.js", import.meta.url);
    const child = fork(program, [this.#url, join(this.#folder, "cursors"), this.#workFile]);
    child.once("exit", (code) => {
      if (code !== null && code !== 0) this.#violations.push(`its process ended with ${code}`);
    });
    this.#process = child;
    return child;
  }

  #read(): void {
    const bytes = Buffer.alloc(1 << 16);
    // By byte positions, a character may be cut: what is written is whole lines, so it is put together first.
    const parts: Buffer[] = [];
    for (let length = readSync(this.#file, bytes); length > 0; length = readSync(this.#file, bytes)) {
      parts.push(Buffer.from(bytes.subarray(0, length)));
    }
    if (parts.length > 0) this.#violations.push(...this.work.read(Buffer.concat(parts).toString("utf8")));
  }
}
