import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "./finish.js";

/** A path in a folder that goes with the test. */
export function temporaryFile(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), "hpx-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, name);
}
