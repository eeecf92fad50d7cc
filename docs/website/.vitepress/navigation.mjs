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

/** What TypeDoc wrote: each entry of a package can be unfolded, and the one that is read is open. */
function reference() {
  const tree = JSON.parse(readFileSync(join(staged, "reference/navigation.json"), "utf8"));
  return [{ text: "Every public name", link: "/reference/", items: modulesIn(tree).map(moduleItem) }];
}

const isModule = ({ path }) => path?.endsWith("/index.md") ?? false;

function modulesIn(nodes) {
  return nodes.flatMap((node) => [...(isModule(node) ? [node] : []), ...modulesIn(node.children ?? [])]);
}

function moduleItem({ path, children = [] }) {
  const own = children.filter((child) => !isModule(child) && modulesIn([child]).length === 0);
  const items = own.length === 0 ? {} : { collapsed: true, items: own.map(nameItem) };
  return { text: path.replace("/index.md", ""), link: linkTo(path), ...items };
}

/** A public name, or a group of them. */
function nameItem({ title, path, children = [] }) {
  return {
    text: title,
    ...(path && { link: linkTo(path) }),
    ...(children.length > 0 && { items: children.map(nameItem) }),
  };
}

function linkTo(path) {
  return `/reference/${path.replace(/(index)?\.md$/, "")}`;
}
