import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./paths.mjs";

/** The README's section about other clients, as a page. */
export async function comparisonPage() {
  const readme = await readFile(join(root, "README.md"), "utf8");
  const section = /^## Beside others\n([^]*?)(?=^## )/m.exec(readme)?.[1];
  if (section === undefined) throw new Error('README.md has no section "Beside others"');
  return `---
title: Comparison
aside: false
---

# Beside other clients

${section.trim()}
`;
}
