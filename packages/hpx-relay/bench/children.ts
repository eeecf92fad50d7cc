import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { RelayConfig } from "hpx-relay";

/** What a relay's process measures. Times are in milliseconds. */
export type RelayTask =
  /** Until so many events are in the log; the first tenth is not measured. */
  | { readonly kind: "flood"; readonly events: number }
  /** For a while, when every source is connected. */
  | { readonly kind: "paced"; readonly warmUp: number; readonly duration: number }
  /** Once, when every source has been connected for a while. */
  | { readonly kind: "idle"; readonly duration: number }
  /** Nothing: it runs until it is stopped. */
  | { readonly kind: "member" };

/** What was measured. */
export interface Measured {
  readonly events: number;
  readonly seconds: number;
  /** Of the whole process, in seconds. */
  readonly cpu: number;
  /** The memory of the process at the end. */
  readonly megabytes: number;
  readonly commits: number;
}

/** Arguments for Node before the program, for profiles: `HPX_BENCH_NODE="--cpu-prof"`. */
const extra = (process.env["HPX_BENCH_NODE"] ?? "").split(" ").filter((each) => each !== "");

/** Starts a program of the benchmark with something that it reads from its arguments. */
export function start(program: string, argument: unknown = {}, flags: readonly string[] = []): ChildProcess {
  const file = fileURLToPath(new URL(`./${program}.js`, import.meta.url));
  const execArgv = [...flags, ...(program === "sources-process" ? [] : extra)];
  return fork(file, [JSON.stringify(argument)], { execArgv });
}

/** Starts a program, and resolves with what it sends, when it has ended. */
export async function run<T>(program: string, argument: unknown, flags: readonly string[] = []): Promise<T> {
  const child = start(program, argument, flags);
  let sent: T | undefined;
  child.once("message", (message) => (sent = message as T));
  await once(child, "exit");
  if (sent === undefined) throw new Error(`${program} ended without a result`);
  return sent;
}

/** Runs a relay in a process of its own until it has measured. */
export async function runRelay(config: RelayConfig, task: RelayTask): Promise<Measured> {
  return await run<Measured>("relay-process", { config, task }, task.kind === "idle" ? ["--expose-gc"] : []);
}

/** The sources, in a process of their own. */
export interface Sources {
  /** The configuration of `count` sources with a path such as `paced` and a query. */
  configure(path: string, count: number, query?: string): RelayConfig["sources"];
  stop(): void;
}

/** Starts the sources. */
export async function startSources(): Promise<Sources> {
  const child = start("sources-process");
  const [port] = (await once(child, "message")) as [number];
  return {
    configure: (path, count, query = "") =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `s${index}`,
          { url: `http://127.0.0.1:${port}/${path}/s${index}?${query}`, continuity: "numeric" as const },
        ]),
      ),
    stop: () => child.disconnect(),
  };
}
