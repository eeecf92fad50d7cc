import { type ChildProcess, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { bundle, inFolder } from "./bundle.js";
import { installed } from "./paths.js";
import { collect, versionOf } from "./program.js";
import { CONTRACT_DEADLINE, type Runtime } from "./runtime.js";

const COMMAND = installed(".bin/workerd");

/** Allows the worker to reach the server on this machine; a deployed worker could not. */
const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "contract", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "2026-10-01",
    )),
    (name = "internet", network = (allow = ["private", "public"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "contract")],
);
`;

export const workerd: Runtime = {
  name: "workerd",
  version: () => versionOf(COMMAND),
  run: (setting, onLine) =>
    inFolder(async (folder) => {
      await bundle("entry-worker", join(folder, "worker.js"), "esm", ["workerd", "worker", "browser"]);
      await writeFile(join(folder, "config.capnp"), CONFIG);
      const args = ["serve", join(folder, "config.capnp"), "--control-fd=3"];
      const child = spawn(COMMAND, args, { stdio: ["ignore", "inherit", "pipe", "pipe"] });
      const complaints = collect(child);
      try {
        const url = `http://127.0.0.1:${await portOf(child)}/?setting=${encodeURIComponent(JSON.stringify(setting))}`;
        const { body } = await fetch(url, { signal: AbortSignal.timeout(CONTRACT_DEADLINE) });
        // Node's type and the web's type of the same stream differ.
        const report = Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
        for await (const line of createInterface(report)) onLine(line);
      } catch (error) {
        throw new Error(`the worker failed: ${String(error)}\n${complaints.text}`, { cause: error });
      } finally {
        child.kill();
      }
    }),
};

/** Reads the port from the control channel of workerd. */
async function portOf(child: ChildProcess): Promise<number> {
  const failed = new Promise<never>((_resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`workerd ended with ${code}`)));
  });
  failed.catch(() => {});
  const listening = (async () => {
    for await (const line of createInterface(child.stdio[3] as Readable)) {
      const { event, port } = JSON.parse(line) as { event: string; port?: number };
      if (event === "listen" && port !== undefined) return port;
    }
    throw new Error("workerd did not say where it listens");
  })();
  return await Promise.race([listening, failed]);
}
