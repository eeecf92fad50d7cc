// Uses the packages as a stranger would: packs them, installs the tarballs in an empty project, and type-checks and runs
// every TypeScript snippet of the README there, against the mock server from the installed package.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const root = new URL("..", import.meta.url).pathname;
const run = promisify(execFile);

/** What a snippet prints, by the heading that it stands under. */
const expectations = {
  "A feed that must not lose an event": "trade 1\nsaved 42\ntrade 2\nsaved 43\n",
  "An answer that is streamed once": "Hello there",
  "An exchange that wants every request signed": "filled\n",
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
  "/orders": "data: filled\n\n",
  "/events": "data: a\n\n",
  "/prices": 'id: 1\ndata: {"price": 1.5}\n\nid: 2\ndata: {"price": 2}\n\n',
};

const project = await mkdtemp(join(tmpdir(), "packed-"));
try {
  await install();
  const snippets = snippetsOf(await readFile(join(root, "README.md"), "utf8"));
  for (const moduleResolution of ["bundler", "nodenext"]) await compile(snippets, moduleResolution);
  const { MockSseServer } = await import(
    pathToFileURL(join(project, "node_modules/hpx-transport/dist/testing/index.js")).href
  );
  for (const [index, { heading }] of snippets.entries()) await check(MockSseServer, index, heading);
  process.stdout.write(`packed: ${snippets.length} snippets of the README compiled and ran\n`);
} finally {
  await rm(project, { recursive: true, force: true });
}

async function install() {
  const { stdout } = await run(
    "npm",
    ["pack", "--json", "--pack-destination", project, "-w", "sseer", "-w", "hpx-transport"],
    {
      cwd: root,
    },
  );
  const tarballs = Object.values(JSON.parse(stdout)).map(({ filename }) => `./${filename}`);
  const { devDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const others = ["zod", "@types/node"].map((name) => `${name}@${devDependencies[name]}`);
  await writeFile(join(project, "package.json"), '{ "type": "module", "private": true }');
  await run("npm", ["install", "--no-audit", "--no-fund", ...tarballs, ...others], { cwd: project });
}

function snippetsOf(markdown) {
  const snippets = [...markdown.matchAll(/^### (.*?)$[^#]*?^```ts\n(.*?)^```$/gms)];
  const found = snippets.map(([, heading, code]) => ({ heading, code }));
  const missing = Object.keys(expectations).filter((heading) => !found.some((snippet) => snippet.heading === heading));
  if (missing.length > 0) throw new Error(`no snippet under: ${missing.join(", ")}`);
  return found;
}

async function compile(snippets, moduleResolution) {
  const module = moduleResolution === "bundler" ? "es2022" : "nodenext";
  const compilerOptions = {
    target: "es2022",
    lib: ["es2023", "esnext.disposable", "dom"],
    types: ["node"],
    strict: true,
    module,
    moduleResolution,
  };
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["snippet-*.ts"] }));
  for (const [index, { code }] of snippets.entries()) await writeFile(join(project, `snippet-${index}.ts`), code);
  await run(join(root, "node_modules/.bin/tsc"), ["-p", project]).catch(({ stdout }) => {
    throw new Error(`the README does not compile (${moduleResolution}):\n${stdout}`);
  });
}

async function check(MockSseServer, index, heading) {
  const server = await MockSseServer.start();
  const told = new Set();
  server.otherwise(async (exchange) => {
    const path = exchange.request.url;
    await exchange.play(told.has(path) ? { status: 204 } : { body: bodies[path] });
    told.add(path);
  });
  const file = join(project, `snippet-${index}.js`);
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
