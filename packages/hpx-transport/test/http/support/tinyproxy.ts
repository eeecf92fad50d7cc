import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";

export const tinyproxyIsInstalled: boolean = spawnSync("tinyproxy", ["-v"]).error === undefined;

/** Says in the report that the tests with a real proxy did not run, which CI does not accept. */
export function requireTinyproxy(): void {
  if (tinyproxyIsInstalled) return;
  test("skipped: tinyproxy is not installed", (context) => {
    if (process.env["CI"]) throw new Error("tinyproxy is not installed");
    context.skip("skipped: tinyproxy is not installed");
  });
}

export interface Tinyproxy {
  /** Without a password. */
  readonly url: URL;
  /** The request lines that it logged. */
  requests(): string[];
}

/** A tinyproxy of the test's own; `config` are further lines of its configuration. */
export async function startTinyproxy(...config: string[]): Promise<Tinyproxy> {
  const directory = mkdtempSync(join(tmpdir(), "hpx-"));
  const log = join(directory, "log");
  const port = await freePort();
  const lines = [`Port ${port}`, "Listen 127.0.0.1", "Allow 127.0.0.1", "Timeout 600", "MaxClients 20"];
  writeFileSync(
    join(directory, "config"),
    [...lines, `LogFile "${log}"`, "LogLevel Connect", ...config, ""].join("\n"),
  );
  const proxy = spawn("tinyproxy", ["-d", "-c", join(directory, "config")], { stdio: "ignore" });
  onTestFinished(async () => {
    proxy.kill("SIGKILL");
    if (proxy.exitCode === null && proxy.signalCode === null) await once(proxy, "exit");
    rmSync(directory, { recursive: true });
  });
  await vi.waitFor(() => accepts(port), { timeout: 10_000, interval: 20 });
  return {
    url: new URL(`http://127.0.0.1:${port}/`),
    requests: () => [...readFileSync(log, "utf8").matchAll(/Request \(.*?\): (.*)/g)].map(([, line = ""]) => line),
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function accepts(port: number): Promise<void> {
  const socket = net.connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.destroy();
  expect(socket.destroyed).toBe(true);
}
