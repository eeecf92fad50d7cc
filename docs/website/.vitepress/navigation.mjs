// The bars of the site: at the top, and at the side of the guides and of the reference.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { titleOf } from "../build/stage.mjs";
import { staged } from "../build/paths.mjs";
import { documents, learning } from "../contents.mjs";

export const nav = [
  { text: "Guides", link: "/guides/start", activeMatch: "^/guides/" },
  { text: "Options", link: "/options" },
  { text: "Errors", link: "/errors" },
  { text: "Reference", link: "/reference/", activeMatch: "^/reference/" },
  { text: "Playground", link: "/playground" },
  {
    text: "More",
    items: [
      { text: "Works with", link: "/guides/works-with" },
      { text: "Comparison", link: "/comparison" },
      { text: "Measurements", link: "/measurements" },
      { text: "Decisions", link: "/decisions" },
      { text: "Architecture", link: "/architecture" },
      { text: "Contributing", link: "/contributing" },
      { text: "Changes", link: "/changelog/hpx-transport" },
    ],
  },
];

export async function sidebar() {
  const groups = learning.map(({ title, guides }) => ({
    text: title,
    items: guides.flatMap((name) => link(`guides/${name}`)),
  }));
  const lookup = {
    text: "Look up",
    items: [
      { text: "All options", link: "/options" },
      { text: "Errors", link: "/errors" },
      { text: "Reference", link: "/reference/" },
      { text: "Playground", link: "/playground" },
      { text: "Comparison", link: "/comparison" },
      { text: "Decisions", link: "/decisions" },
    ],
  };
  const packages = {
    text: "Packages",
    items: documents.filter(({ page }) => page.startsWith("packages/")).flatMap(({ page }) => link(page)),
  };
  return { "/reference/": reference(), "/": [...groups, lookup, packages] };
}

/** A page as an entry of a bar; nothing where it does not exist. */
function link(page) {
  const file = join(staged, `${page}.md`);
  if (!existsSync(file)) return [];
  return [{ text: titleOf(readFileSync(file, "utf8"), page), link: `/${page}` }];
}

/** What TypeDoc wrote, an entry of a package each. */
function reference() {
  const modules = JSON.parse(readFileSync(join(staged, "reference/navigation.json"), "utf8"));
  return [{ text: "Every public name", link: "/reference/", items: modules.map((module) => node(module, 0)) }];
}

function node({ title, path, children = [] }, depth) {
  const items = children.map((child) => node(child, depth + 1));
  return {
    text: title,
    ...(path && { link: `/reference/${path.replace(/\.md$/, "").replace(/(^|\/)index$/, "$1")}` }),
    // Only a package's entry can be folded: the theme's button for a group without a page has a second button in it.
    ...(items.length > 0 && { items, ...(path && { collapsed: true }) }),
  };
}
