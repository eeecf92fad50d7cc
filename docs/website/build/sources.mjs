// A page for each file of the repository that another page links to, so that no link leaves the site.
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { root } from "./paths.mjs";

const LANGUAGES = { ".ts": "ts", ".mjs": "js", ".json": "json", ".sh": "sh", ".yml": "yaml", ".md": "md" };

export async function sourcePageText(file) {
  const text = await readFile(join(root, file), "utf8");
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return `---
title: ${JSON.stringify(file)}
pageClass: source-page
search: false
aside: false
---

# \`${file}\`

A file of the repository, as it was when this site was built.

${fence}${LANGUAGES[extname(file)] ?? "txt"}:line-numbers
${text.replace(/\n*$/, "\n")}${fence}
`;
}
