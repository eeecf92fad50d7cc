import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { MockSseServer } from "hpx-transport/testing";
import { onTestFinished, temporaryFile } from "../support/resources.js";
import { start, type Program } from "../support/program.js";

/** A configuration in a folder of its own, with the log beside it. */
export class RelayFile {
  readonly path: string = temporaryFile("feeds.yaml");

  constructor(config: object) {
    this.write(config);
  }

  /** Replaces it. JSON is YAML. */
  write(config: object): void {
    writeFileSync(this.path, JSON.stringify(config));
  }

  /** The log. */
  get log(): string {
    return join(this.path, "../relay.db");
  }
}

/** A server whose events the test publishes: it keeps them, and resumes. */
export async function feedServer(): Promise<MockSseServer> {
  const server = await MockSseServer.start({ retention: 100_000, deadline: 30_000 });
  onTestFinished(() => server.close());
  return server;
}

/** The line of `hpx relay verify`, and its exit code. */
export async function verdict(
  hpx: string,
  ...args: readonly string[]
): Promise<{ line: string; code: number | null; program: Program }> {
  const program = start(hpx, ["relay", "verify", ...args]);
  const code = await program.exitCode;
  return { line: program.output.stdout.trimEnd(), code, program };
}

/** Resolves when `condition` holds; rejects after 30 seconds. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
