// The code in the Markdown comes from files that the tests compile and run. A comment above a block says which one:
//
//     <!-- snippet: llm/answer.ts -->
//
// and `llm/answer.ts#loop` is the part of it between `// #region loop` and `// #endregion`. Measured figures come from where
// they were written down: below a comment stands the first table under a heading that begins so in bench/RESULTS.md.
//
//     <!-- figures: 5000 idle connections -->
//
// and where there are several, the one whose first column is named after the slash. One cell of a table stands in a sentence as
//
//     <!-- figure: 5000 idle connections / hpx-transport / KB RSS each -->15.8<!-- / -->
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

export const root = new URL("../../", import.meta.url).pathname;
export const home = join(root, "docs/snippets");

/** Every page whose code is checked, from the root. */
export async function pages() {
  const guides = await readdir(join(root, "docs/guides"));
  const packages = await readdir(join(root, "packages"));
  const readmes = packages.map((name) => `packages/${name}/README.md`);
  const website = await readdir(join(root, "docs/website/pages"));
  const candidates = [
    "README.md",
    ...readmes,
    ...guides.map((name) => `docs/guides/${name}`),
    ...website.map((name) => `docs/website/pages/${name}`),
  ];
  const found = await Promise.all(
    candidates.map((page) => readFile(join(root, page), "utf8").then(() => page, absent)),
  );
  return found.filter((page) => page !== undefined);
}

/**
 * Every file with code for a page, from `docs/snippets`: TypeScript and shell. Those of `stores` need databases: `npm run
 * test:stores` runs them.
 */
export async function sources() {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /(?<!\.d)\.(ts|sh)$/.test(entry.name))
    .map((entry) => relative(home, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith("stores/"))
    .toSorted();
}

// A marker, and the fenced block below it; or a fenced block of TypeScript or shell without a marker.
const BLOCK = /^<!-- snippet: (\S+) -->\n\n```(\w+(?: \[.*\])?)\n([^]*?)^```$|^```(?:ts|sh)\n([^]*?)^```$/gm;

/** The page with every block as its file has it, and the names of those blocks. */
export async function fill(page, markdown) {
  const marks = markdown.match(/^<!-- snippet: /gm) ?? [];
  const names = [];
  const blocks = [...markdown.matchAll(BLOCK)];
  let filled = "";
  let end = 0;
  for (const { 0: block, 1: name, 2: language, index } of blocks) {
    if (name === undefined) throw new Error(`${page}: this block names no file that it comes from:\n${block}`);
    names.push(name);
    filled += `${markdown.slice(end, index)}<!-- snippet: ${name} -->\n\n\`\`\`${language}\n${await snippet(name)}\`\`\``;
    end = index + block.length;
  }
  if (names.length < marks.length)
    throw new Error(`${page}: a comment that names a snippet has no block right below it`);
  return { names, markdown: await withFigures(page, filled + markdown.slice(end)) };
}

const FIGURES = /^<!-- figures: (.+) -->\n(?:\n(?:\|.*\n)+)?\n*/gm;

async function withFigures(page, markdown) {
  const results = await readFile(join(root, "bench/RESULTS.md"), "utf8");
  const cells = markdown.replace(FIGURE, (_, name) => `<!-- figure: ${name} -->${cell(page, results, name)}<!-- / -->`);
  return cells.replace(FIGURES, (block, name, start) => {
    const rest = cells.slice(start + block.length);
    const [heading, column = ""] = name.split(" / ");
    const table = tablesUnder(results, heading).find((text) => text.startsWith(`| ${column}`));
    if (table === undefined) throw new Error(`${page}: bench/RESULTS.md has no table under "${name}"`);
    return `<!-- figures: ${name} -->\n\n${table}${rest === "" ? "" : "\n"}`;
  });
}

const FIGURE = /<!-- figure: ([^>]+) -->[^<]*<!-- \/ -->/g;

/** The cell of a table: the section, the text of its first column (without "of 157" at its end), and the head of its column. */
function cell(page, results, name) {
  const [heading, row, column] = name.split(" / ");
  for (const table of tablesUnder(results, heading)) {
    const [head, , ...rows] = table
      .trim()
      .split("\n")
      .map((line) => line.split("|").map((text) => text.trim()));
    const named = rows.find((cells) => cells[1] === row) ?? rows.find((cells) => cells[1].startsWith(`${row} of `));
    const found = named?.[head.indexOf(column)];
    if (found !== undefined) return found;
  }
  throw new Error(`${page}: bench/RESULTS.md has no cell "${name}"`);
}

function tablesUnder(results, heading) {
  const sections = results.split(/^#+ /m).filter((text) => text.startsWith(heading));
  return sections.flatMap((text) => text.match(/^(?:\|.*\n)+/gm) ?? []);
}

/** A file, or a region of it, as a page shows it. */
async function snippet(name) {
  const [file, region] = name.split("#");
  const text = await readFile(join(home, file), "utf8");
  if (region === undefined) return withoutMarks(text);
  const part = new RegExp(`^ *(?://|#) #region ${region}\\n([^]*?)^ *(?://|#) #endregion`, "m").exec(text)?.[1];
  if (part === undefined) throw new Error(`${file} has no region ${region}`);
  const margin = Math.min(...part.match(/^ *(?=\S)/gm).map((spaces) => spaces.length));
  return withoutMarks(part.replace(new RegExp(`^ {${margin}}`, "gm"), ""));
}

function withoutMarks(text) {
  return text.replace(/^ *(?:\/\/|#) #(?:end)?region.*\n/gm, "").replace(/^#!.*\n/, "");
}

function absent(error) {
  if (error.code === "ENOENT") return undefined;
  throw error;
}
