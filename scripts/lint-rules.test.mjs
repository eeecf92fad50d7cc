import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

test("no pattern of a lint rule looks ahead or behind: oxlint would drop the rule without a word", async () => {
  const { overrides } = JSON.parse(await readFile(new URL("../.oxlintrc.json", import.meta.url), "utf8"));
  const patterns = overrides.flatMap(({ rules }) => rules["no-restricted-imports"]?.[1].patterns ?? []);
  const looking = patterns.filter(({ regex }) => /\(\?<?[=!]/.test(regex));
  expect([patterns.length > 10, looking]).toEqual([true, []]);
});
