import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished, test } from "vitest";
import { Program, temporaryFolder } from "./program.js";
import { freePort, listens } from "./ports.js";
import { tinyproxy } from "./requirements.js";

export const tinyproxyIsInstalled: boolean = tinyproxy.met;

/** Adds a skipped test to the report when tinyproxy is missing; in CI that test fails. */
export function requireTinyproxy(): void {
  if (tinyproxyIsInstalled) return;
  test("skipped: tinyproxy is not installed", (context) => {
    if (process.env["CI"]) throw new Error("tinyproxy is not installed");
    context.skip("skipped: tinyproxy is not installed");
  });
}

/** An HTTP proxy for plain requests (absolute URLs) and tunnels (CONNECT), to any port of the loopback interface. */
export interface Tinyproxy {
  /** Without credentials. */
  readonly url: URL;
  readonly port: number;
  /** The request lines that it logged so far, such as `CONNECT 127.0.0.1:443 HTTP/1.1`, also of refused requests. */
  requests(): string[];
  /** Kills it with every connection through it. */
  kill(): Promise<void>;
}

/** A tinyproxy on a free port that ends with the test; `config` are further lines of its configuration. */
export async function startTinyproxy(...config: readonly string[]): Promise<Tinyproxy> {
  const folder = temporaryFolder();
  const log = join(folder, "log");
  const port = await freePort();
  const lines = [`Port ${port}`, "Listen 127.0.0.1", "Allow 127.0.0.1", "Timeout 600", "MaxClients 20"];
  // A file and not standard output: it has the line of a request before the response is sent.
  lines.push(`LogFile "${log}"`, "LogLevel Connect", ...config, "");
  writeFileSync(join(folder, "tinyproxy.conf"), lines.join("\n"));
  const program = new Program("tinyproxy", ["-d", "-c", "tinyproxy.conf"], { folder });
  onTestFinished(() => program.kill());
  await program.until("accepts connections", () => listens(port));
  return {
    url: new URL(`http://127.0.0.1:${port}/`),
    port,
    requests: () => [...readFileSync(log, "utf8").matchAll(/Request \(.*?\): (.*)/g)].map(([, line = ""]) => line),
    kill: () => program.kill(),
  };
}
