import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, run } from "./pack.mjs";

/** What a snippet prints, by the heading that it stands under. */
const expectations = {
  "A feed that must not lose an event": "trade 1\nsaved 42\ntrade 2\nsaved 43\n",
  "An answer that is streamed once": "Hello there",
  "A service with conventions of its own": "bought\n",
  "An exchange that wants every request signed": "filled\n",
  "In a minute": "trade 1\nsaved 42\ntrade 2\nsaved 43\n",
  "In place of `new EventSource(url)`": "message a",
  "Typed JSON": "1 1.50\n2 2.00\n",
  "Only the parser": "tick 42 1\n",
  "Your own tests": "a b\n[ undefined, '1', '1' ]\n",
};

const delta = (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

/** How the mock answers each path of the README; once a stream was told, 204 ends its loop. */
const bodies = {
  "/trades": "id: 42\nevent: trade\ndata: 1\n\nid: 43\nevent: trade\ndata: 2\n\n",
  "/v1/chat/completions": `${delta("Hello")}${delta(" there")}data: [DONE]\n\n`,
  "/fills": "data: bought\n\n",
  "/orders": "data: filled\n\n",
  "/events": "data: a\n\n",
  "/prices": 'id: 1\ndata: {"price": 1.5}\n\nid: 2\ndata: {"price": 2}\n\n',
};

/** Where the snippets stand, each under a heading of its own. */
const files = ["README.md", "packages/hpx-transport/README.md"];

/**
 * Type-checks and runs every TypeScript snippet of the READMEs in a project that has the packages installed, against the
 * mock server from the installed package; how many there were.
 */
export async function runSnippets(project) {
  const readmes = await Promise.all(files.map((file) => readFile(join(root, file), "utf8")));
  const snippets = snippetsOf(readmes.join("\n"));
  for (const compilerOptions of resolutions) await compile(project, snippets, compilerOptions);
  const testing = pathToFileURL(join(project, "node_modules/hpx-transport/dist/testing/index.js"));
  const { MockSseServer } = await import(testing.href);
  for (const [index, { heading }] of snippets.entries()) await check(project, MockSseServer, index, heading);
  return snippets.length;
}

/** The ways in which TypeScript may find the packages; the last one reads their sources in place of their types. */
const resolutions = [
  { module: "es2022", moduleResolution: "bundler" },
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "es2022", moduleResolution: "bundler", customConditions: ["source"] },
];

function snippetsOf(markdown) {
  const snippets = [...markdown.matchAll(/^##+ ([^\n]+)$[^#]*?^```ts\n(.*?)^```$/gms)];
  const found = snippets.map(([, heading, code]) => ({ heading, code }));
  const missing = Object.keys(expectations).filter((heading) => !found.some((snippet) => snippet.heading === heading));
  if (missing.length > 0) throw new Error(`no snippet under: ${missing.join(", ")}`);
  return found;
}

async function compile(project, snippets, resolution) {
  const compilerOptions = {
    target: "es2022",
    lib: ["es2023", "esnext.disposable", "dom"],
    types: ["node"],
    strict: true,
    rootDir: ".",
    outDir: "snippets",
    ...resolution,
  };
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["snippet-*.ts"] }));
  for (const [index, { code }] of snippets.entries()) await writeFile(join(project, `snippet-${index}.ts`), code);
  await run(join(root, "node_modules/.bin/tsc"), ["-p", project]);
}

async function check(project, MockSseServer, index, heading) {
  const server = await MockSseServer.start();
  const told = new Set();
  server.otherwise(async (exchange) => {
    const path = exchange.request.url;
    await exchange.play(told.has(path) ? { status: 204 } : { body: bodies[path] });
    told.add(path);
  });
  const file = join(project, `snippets/snippet-${index}.js`);
  const code = await readFile(file, "utf8");
  await writeFile(file, code.replaceAll("https://example.com/", server.url));
  try {
    const { stdout } = await run(process.execPath, [file], { cwd: project, timeout: 20_000 });
    const expected = expectations[heading];
    if (expected === undefined || !stdout.includes(expected)) {
      throw new Error(`"${heading}" printed ${JSON.stringify(stdout)}, not ${JSON.stringify(expected)}`);
    }
  } finally {
    await server.close();
  }
}
