import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { onTestFinished } from "vitest";

/** A program that uses the transport, in a process of its own. */
export interface BundledProgram {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  /** What it sent with `process.send`. */
  readonly messages: unknown[];
}

/** Bundles `code`, where `SseConnection` or `WsConnection`, if it names it, is imported already, and runs it until the test is over. */
export function startProgram(code: string): BundledProgram {
  const folder = mkdtempSync(join(tmpdir(), "hpx-program-"));
  const outfile = join(folder, "program.mjs");
  const imported = code.includes("WsConnection")
    ? `import { WsConnection } from "hpx-transport/websocket";`
    : `import { SseConnection } from "hpx-transport/sse";`;
  buildSync({
    stdin: { contents: `${imported}\n${code}`, resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@hpx/source", "node"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  const child = fork(outfile, { execArgv: ["--expose-gc", "--unhandled-rejections=strict"] });
  // The channel to this process must not be what keeps that one alive.
  child.channel?.unref();
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });
  const messages: unknown[] = [];
  child.on("message", (message) => messages.push(message));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { child, exited, messages };
}
