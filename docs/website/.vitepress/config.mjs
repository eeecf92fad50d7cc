import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { nav, sidebar } from "./navigation.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/** Indented code gets the box, the colours and the copy button of fenced code. */
function indentedCodeAsFences(md) {
  md.core.ruler.push("indented_code", ({ tokens }) => {
    for (const token of tokens) {
      if (token.type === "code_block") Object.assign(token, { type: "fence", tag: "code", info: "sh", markup: "```" });
    }
  });
}

// The Markdown is staged by docs/website/build; nothing is loaded from elsewhere.
export default defineConfig({
  title: "hpx-transport",
  description: "Live streams over HTTP in TypeScript: connects, signs, reconnects, resumes and shuts down.",
  lang: "en",
  base: process.env.DOCS_BASE ?? "/",
  srcDir: "../.pages",
  outDir: "../site",
  cacheDir: "../node_modules/.cache/vitepress",
  head: [
    ["link", { rel: "icon", type: "image/svg+xml", href: `${process.env.DOCS_BASE ?? "/"}favicon.svg` }],
    ["meta", { name: "theme-color", content: "#0f766e" }],
  ],
  lastUpdated: false,
  // Known exactly when the site is built, so that a link to nowhere fails the build.
  ignoreDeadLinks: false,
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    toc: { level: [2] },
    config: indentedCodeAsFences,
  },
  themeConfig: {
    logo: "/favicon.svg",
    nav,
    sidebar: await sidebar(),
    outline: { level: 2, label: "On this page" },
    search: { provider: "local" },
    docFooter: { prev: "Before", next: "Next" },
    externalLinkIcon: true,
    notFound: {
      title: "There is no such page",
      quote: "It may have been moved or renamed. The search at the top finds every page, option and error code.",
      linkText: "To the start",
      linkLabel: "To the start",
    },
    footer: { message: "Apache-2.0. Built from the repository; every snippet on these pages is run by its tests." },
  },
  vite: {
    resolve: {
      conditions: ["@hpx/source"],
      // The playground runs the parser and the doctor's checks from their sources.
      alias: {
        "@doctor": path("../../../packages/hpx-cli/src/doctor"),
        "@recording": path("../../../packages/hpx-cli/src/recording"),
      },
    },
    publicDir: path("../../.pages/public"),
    build: { chunkSizeWarningLimit: 4000, target: "es2022" },
    server: { fs: { allow: [path("../../..")] } },
  },
});
