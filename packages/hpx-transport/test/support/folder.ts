import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { user } from "./program.js";

/** A folder for a program, gone when the test is over. Make it first: what uses it is then stopped before. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "hpx-test-"));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
