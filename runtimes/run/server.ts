import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Setting } from "../contract/protocol.js";
import { HOME } from "./paths.js";

/** The server process of a run. */
export interface TestServer {
  readonly origins: Omit<Setting, "runtime" | "only">;
  stop(): Promise<void>;
}

/** Starts the server; `page` is the bundle that it serves to the browser. Rejects when the server does not listen. */
export async function startServer(page: string): Promise<TestServer> {
  const child = fork(`${HOME}dist/server/main.js`, [page]);
  const [origins] = (await Promise.race([once(child, "message"), failed(child)])) as [TestServer["origins"]];
  return {
    origins,
    stop: async () => {
      const exit = once(child, "exit");
      child.disconnect();
      const [code] = await exit;
      if (code !== 0) throw new Error(`the server ended with ${String(code)}`);
    },
  };
}

async function failed(child: ChildProcess): Promise<never> {
  const [code] = await once(child, "exit");
  throw new Error(`the server ended with ${String(code)}`);
}
