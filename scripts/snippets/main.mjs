// `npm run docs:snippets`: writes into the Markdown what is in docs/snippets.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fill, pages, root } from "./markdown.mjs";

for (const page of await pages()) {
  const before = await readFile(join(root, page), "utf8");
  const { markdown } = await fill(page, before);
  if (markdown === before) continue;
  await writeFile(join(root, page), markdown);
  process.stdout.write(`${page}: written\n`);
}
