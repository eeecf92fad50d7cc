// Links of a page of the repository, as they are in the site: to another page, to an image, or to a page that shows the file.
import { existsSync, statSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { root } from "./paths.mjs";

/** Links and images in Markdown, `[text](target)`, and definitions, `[name]: target`; code is matched first and left alone. */
const TARGETS = /```[^]*?^ *```|``[^]*?``|`[^`\n]*`|(?<=\]\()([^()\s]+)(?=\))|(?<=^\[[^\]\n]+\]: )(\S+)$/gm;
const IMAGE = /\.(svg|png|webp)$/;

/** Comments in a page that say where its code and figures come from. They stay in the file and are left out of the site. */
const MARKS = /^<!-- (?:snippet|figures): .* -->\n+|<!-- (?:figure: [^>]*|\/) -->/gm;

/** The page as readers see it. */
export function withoutMarks(markdown) {
  return markdown.replace(MARKS, "");
}

/**
 * Rewrites the links of `markdown`. `pages` maps the path of a file from the root to its page, `found` gets the images and
 * files that pages link to.
 */
export function rewriteLinks(markdown, { file, page, pages, found }) {
  return markdown.replace(TARGETS, (whole, inline, defined) => {
    const target = inline ?? defined;
    if (target === undefined || /^([a-z]+:|#|\/)/.test(target)) return whole;
    const [path, anchor = ""] = target.split(/(?=#)/);
    const named = relative(root, join(root, dirname(file), path));
    if (!existsSync(join(root, named))) throw new Error(`${file} links to ${target}, which does not exist`);
    const section = pages.get(named + anchor);
    if (anchor !== "" && section !== undefined) return between(page, `${section}.md`);
    const to = pages.get(named);
    if (to !== undefined) return between(page, `${to}.md`) + anchor;
    if (IMAGE.test(named)) {
      found.images.add(named);
      return `/files/${named}`;
    }
    if (statSync(join(root, named)).isDirectory())
      throw new Error(`${file} links to the folder ${target}; link to a file`);
    found.sources.add(named);
    return `${between(page, sourcePage(named))}.md`;
  });
}

/** The page that shows a file of the repository. */
export function sourcePage(file) {
  return `source/${file.replaceAll(/^\.|\/\./g, (dot) => dot.replace(".", "dot-"))}`;
}

function between(page, to) {
  const path = posix.relative(posix.dirname(page), to);
  return path.startsWith(".") ? path : `./${path}`;
}
