import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin?: Record<string, string>;
  readonly scripts?: Record<string, string>;
  readonly engines: { node: string };
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly [field: string]: unknown;
}

const names = ["sseer", "hpx-transport", "hpx-relay", "hpx-cli"] as const;
type Name = (typeof names)[number];

const read = (...path: string[]): Promise<string> => readFile(join(root, ...path), "utf8");
const manifestOf = async (name: string): Promise<Manifest> =>
  JSON.parse(await read("packages", name, "package.json")) as Manifest;

/** The paths that `npm publish` would put into each tarball. */
const packed = new Map<string, string[]>();
beforeAll(async () => {
  const tsc = join(root, "node_modules/.bin/tsc");
  await run(tsc, ["-b", ...names.map((name) => `packages/${name}`)], { cwd: root });
  const workspaces = names.flatMap((name) => ["-w", name]);
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json", ...workspaces], { cwd: root });
  const report = JSON.parse(stdout) as Record<string, { name: string; files: { path: string }[] }>;
  for (const { name, files } of Object.values(report)) packed.set(name, files.map(({ path }) => path).toSorted());
}, 180_000);

/** What the compiler makes of each source of a package. */
async function compiled(name: Name, suffixes: readonly string[]): Promise<string[]> {
  const sources = await readdir(join(root, "packages", name, "src"), { recursive: true });
  const modules = sources.filter((path) => path.endsWith(".ts")).map((path) => path.replace(/\.ts$/, ""));
  return modules.flatMap((path) => suffixes.map((suffix) => `dist/${path.replaceAll("\\", "/")}${suffix}`));
}

const always = ["LICENSE", "README.md", "package.json"];

test.each(["sseer", "hpx-transport", "hpx-relay"] as const)(
  "%s ships its sources, what was compiled of them, and nothing else: what is stale in dist must be deleted",
  async (name) => {
    const built = await compiled(name, [".d.ts", ".d.ts.map", ".js", ".js.map"]);
    const sources = (await compiled(name, [".ts"])).map((path) => path.replace("dist/", "src/"));
    expect(packed.get(name)).toEqual([...always, ...built, ...sources].toSorted());
  },
);

test("hpx-cli ships its program and nothing else", async () => {
  expect(packed.get("hpx-cli")).toEqual([...always, ...(await compiled("hpx-cli", [".js"]))].toSorted());
});

test.each(names)(
  "every source map of %s leads to a file that is there, and no code to a map that is not",
  async (name) => {
    const files = packed.get(name) ?? [];
    for (const path of files.filter((file) => file.endsWith(".map"))) {
      const { sources } = JSON.parse(await read("packages", name, path)) as { sources: string[] };
      for (const source of sources) expect(files).toContain(posix.join(posix.dirname(path), source));
    }
    for (const path of files.filter((file) => file.endsWith(".js"))) {
      const maps = (await read("packages", name, path)).matchAll(/^\/\/# sourceMappingURL=(.+)$/gm);
      for (const [, map = ""] of maps) expect(files).toContain(posix.join(posix.dirname(path), map));
    }
  },
);

test.each(names)("%s has a README of its own and the workspace's license", async (name) => {
  expect(await read("packages", name, "README.md")).toMatch(new RegExp(`^# ${name}\n\n\\S`));
  expect(await read("packages", name, "LICENSE")).toBe(await read("LICENSE"));
});

test.each(names)("%s says what the registry and its users need to know", async (name) => {
  const manifest = await manifestOf(name);
  const { engines, license } = JSON.parse(await read("package.json")) as Manifest;
  expect(manifest).toMatchObject({
    name,
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
    description: expect.stringMatching(/.{30}/) as string,
    keywords: expect.arrayContaining(["server-sent-events", "sse"]) as string[],
    license,
    type: "module",
    engines,
    publishConfig: { access: "public", provenance: true },
  });
  expect(manifest).not.toHaveProperty("private");
  // Nothing runs on the user's machine because of an installation.
  expect(Object.keys(manifest.scripts ?? {}).filter((script) => /install|prepare|publish/.test(script))).toEqual([]);
});

test.each(["sseer", "hpx-transport", "hpx-relay"] as const)(
  "a bundler may leave out what is not used of %s",
  async (name) => {
    expect(await manifestOf(name)).toHaveProperty("sideEffects", false);
  },
);

test("the packages have one version, and depend on exactly that of each other", async () => {
  const manifests = await Promise.all(names.map(manifestOf));
  const [{ version } = { version: "" }] = manifests;
  for (const manifest of manifests) {
    expect(manifest.version).toBe(version);
    for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
      const isOwn = names.some((own) => own === name);
      expect(range, `${manifest.name} on ${name}`).toMatch(isOwn ? version : /^\d+\.\d+\.\d+$/);
    }
  }
  expect(
    manifests.map(({ dependencies = {} }) => Object.keys(dependencies).filter((name) => names.includes(name as Name))),
  ).toEqual([[], ["sseer"], ["hpx-transport"], ["hpx-relay", "hpx-transport", "sseer"]]);
});

test.each(names)("the newest entry in the CHANGELOG of %s is that of its version", async (name) => {
  const { version } = await manifestOf(name);
  expect(/^## (.+)$/m.exec(await read("packages", name, "CHANGELOG.md"))?.[1]).toBe(version);
});

test("a release raises all packages together", async () => {
  const { fixed } = JSON.parse(await read(".changeset/config.json")) as { fixed: string[][] };
  expect(fixed).toEqual([names]);
});

test("`hpx` and `hpx-cli` are one program that a shell can run", async () => {
  const { bin } = await manifestOf("hpx-cli");
  expect(bin).toEqual({ hpx: "./dist/main.js", "hpx-cli": "./dist/main.js" });
  expect(await read("packages/hpx-cli/dist/main.js")).toMatch(/^#!\/usr\/bin\/env node\n/);
});
