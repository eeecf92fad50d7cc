// Writes the Markdown of the whole site to `docs/.pages`: the guides and the pages made from code, tables and results.
import { cp, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { documents, learning } from "../contents.mjs";
import { comparisonPage } from "./comparison.mjs";
import { publicEntries } from "./entries.mjs";
import { errorsPage } from "./errors.mjs";
import { rewriteLinks, sourcePage, withoutMarks } from "./links.mjs";
import { llmsFullTxt, llmsTxt } from "./llms.mjs";
import { optionsPage } from "./options.mjs";
import { home, root, staged } from "./paths.mjs";
import { sourcePageText } from "./sources.mjs";
import { writePage } from "./write.mjs";

/** Everything but the reference, which TypeDoc writes beside it. */
export async function stage() {
  const guides = await orderedGuides();
  const list = [...guides.map((name) => ({ file: `docs/guides/${name}.md`, page: `guides/${name}` })), ...documents];
  const pages = new Map([...list.map(({ file, page }) => [file, page]), ["README.md", "index"]]);
  // The README is the front page for readers of the repository; here its sections are pages.
  pages.set("README.md#beside-others", "comparison");
  const found = { images: new Set(["docs/demo.svg"]), sources: new Set() };
  const link = (text, file, page) => rewriteLinks(withoutMarks(text), { file, page, pages, found });

  const texts = new Map();
  for (const { file, page } of list) {
    const text = link(await readFile(join(root, file), "utf8"), file, page);
    texts.set(page, text);
    await writePage(`${page}.md`, text);
  }
  for (const name of await readdir(join(home, "website/pages"))) {
    const file = `docs/website/pages/${name}`;
    await writePage(name, link(await readFile(join(root, file), "utf8"), file, name.replace(/\.md$/, "")));
  }
  await writePage("comparison.md", link(await comparisonPage(), "README.md", "comparison"));
  await writePage("options.md", optionsPage(await publicEntries()));
  await writePage("errors.md", errorsPage());
  for (const file of found.sources) await writePage(`${sourcePage(file)}.md`, await sourcePageText(file));
  await publish(
    [...found.images],
    guides.map((name) => guideOf(name, texts)),
  );
}

/** The names of the guides in the order of contents.mjs. */
async function orderedGuides() {
  const present = (await readdir(join(home, "guides"))).map((name) => name.replace(/\.md$/, ""));
  const listed = learning.flatMap((group) => group.guides);
  const missing = present.filter((name) => !listed.includes(name));
  if (missing.length > 0) {
    throw new Error(
      `docs/website/contents.mjs does not list docs/guides/${missing[0]}.md: put it where a reader needs it`,
    );
  }
  return listed.filter((name) => present.includes(name));
}

function guideOf(name, texts) {
  const page = `guides/${name}`;
  const text = texts.get(page);
  return { page, text, title: titleOf(text, page) };
}

/** The title of a page as its first lines give it. */
export function titleOf(text, page) {
  const title = /^title: "?(.*?)"?$/m.exec(text)?.[1] ?? /^# (.*)$/m.exec(text)?.[1];
  if (title === undefined) throw new Error(`${page} has no title`);
  return title;
}

/** The files beside the pages: pictures, and the texts for programs. */
async function publish(images, guides) {
  const folder = join(staged, "public");
  await rm(folder, { recursive: true, force: true });
  await cp(join(home, "website/public"), folder, { recursive: true });
  for (const image of images) {
    await mkdir(dirname(join(folder, "files", image)), { recursive: true });
    await cp(join(root, image), join(folder, "files", image));
  }
  await writePage("public/llms.txt", llmsTxt(guides));
  await writePage("public/llms-full.txt", llmsFullTxt(guides));
}
