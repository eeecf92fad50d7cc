import type { TestContext } from "vitest";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { environment, runs } from "./program.js";

/** Whether this machine has what a test needs, and the words for where it has not. */
export interface Requirement {
  readonly met: boolean;
  /** Follows "skipped: ". */
  readonly missing: string;
}

/** For `beforeEach`: skips the test where something is missing, and fails it in CI, where nothing may be. */
export function needs(...requirements: readonly Requirement[]): (context: TestContext) => void {
  let told = false;
  return (context) => {
    for (const { met, missing } of requirements) {
      if (met) continue;
      if (process.env["CI"] === "true") throw new Error(`${missing}, and in CI this test must run`);
      if (!told) process.stdout.write(`skipped: ${missing}\n`);
      told = true;
      context.skip(`skipped: ${missing}`);
    }
  };
}

/** The file of nginx's nchan module, where both are installed. */
export const nchanModule: string | undefined = findNchan();

export const nginxWithNchan: Requirement = {
  met: nchanModule !== undefined,
  missing: "nginx with nchan is not installed",
};

export const redis: Requirement = { met: runs("redis-server", "--version"), missing: "redis-server is not installed" };

export const tinyproxy: Requirement = { met: runs("tinyproxy", "-v"), missing: "tinyproxy is not installed" };

function findNchan(): string | undefined {
  const { stderr } = spawnSync("nginx", ["-V"], { env: environment, encoding: "utf8" });
  const folder = /--modules-path=(\S+)/.exec(stderr ?? "")?.[1];
  if (folder === undefined) return undefined;
  const file = join(folder, "ngx_nchan_module.so");
  return existsSync(file) ? file : undefined;
}
