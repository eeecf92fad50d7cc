import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { home, sources } from "../snippets/markdown.mjs";
import { check } from "../snippets/run.mjs";
import { root, run } from "./pack.mjs";
import { nodeSqlite } from "./clients.mjs";

/** What the code of the pages imports beside the packages. */
const others = [
  "@microsoft/fetch-event-source",
  "@opentelemetry/api",
  "@types/node",
  "eventsource",
  "eventsource-client",
  "launchdarkly-eventsource",
  "ws",
  "zod",
];

/** `name@version`, as this workspace has it, of what has to be installed for the snippets. */
export async function otherPackages() {
  const found = others.map(async (name) => {
    const { version } = JSON.parse(await readFile(join(root, "node_modules", name, "package.json"), "utf8"));
    return `${name}@${version}`;
  });
  return Promise.all(found);
}

/**
 * Type-checks and runs the code of every page in a project that has the packages installed, against the mock server from
 * the installed package; how many pieces there were.
 */
export async function runSnippets(project) {
  const written = join(project, "pages");
  const compiled = join(project, "snippets");
  await cp(home, written, { recursive: true });
  await cp(home, compiled, { recursive: true, filter: (file) => !file.endsWith(".ts") });
  await writeFile(join(written, "node-sqlite.d.ts"), nodeSqlite);
  for (const resolution of resolutions) await compile(written, compiled, resolution);
  const testing = pathToFileURL(join(project, "node_modules/hpx-transport/dist/testing/index.js"));
  const { MockSseServer, MockWsServer } = await import(testing.href);
  const names = await sources();
  for (const name of names)
    await check(name, join(compiled, name.replace(/\.ts$/, ".js")), { MockSseServer, MockWsServer });
  return names.length;
}

/** The ways in which TypeScript may find the packages; the last one reads their sources in place of their types. */
const resolutions = [
  { module: "es2022", moduleResolution: "bundler" },
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "es2022", moduleResolution: "bundler", customConditions: ["@hpx/source"] },
];

async function compile(written, compiled, resolution) {
  // The peers have a condition `source`, too, and theirs does not compile everywhere.
  const exclude = "customConditions" in resolution ? ["migrating/*-before.ts"] : [];
  const compilerOptions = {
    target: "es2022",
    lib: ["es2023", "esnext.disposable", "dom"],
    types: ["node"],
    strict: true,
    rootDir: ".",
    outDir: compiled,
    ...resolution,
  };
  await writeFile(join(written, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["."], exclude }));
  await run(join(root, "node_modules/.bin/tsc"), ["-p", written]);
}
