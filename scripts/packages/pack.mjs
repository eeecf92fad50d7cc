import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The root of the workspace. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs a program to its end; what it printed is in the error when it fails. */
export async function run(program, args, options) {
  try {
    return await promisify(execFile)(program, args, options);
  } catch (error) {
    throw new Error([`${program} ${args.join(" ")}: ${error.message}`, error.stdout, error.stderr].join("\n"), {
      cause: error,
    });
  }
}

/** The packages that are published, each after those that it depends on. */
const packages = ["sseer", "hpx-transport", "hpx-relay", "hpx-cli"];

/** Packs every package, as it would be published, into `folder`: its name, its manifest and its tarball. */
export async function pack(folder) {
  const workspaces = packages.flatMap((name) => ["-w", name]);
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder, ...workspaces], { cwd: root });
  const packed = Object.values(JSON.parse(stdout)).map(async ({ name, filename }) => ({
    name,
    manifest: JSON.parse(await readFile(join(root, "packages", name, "package.json"), "utf8")),
    file: join(folder, filename),
    bytes: await readFile(join(folder, filename)),
  }));
  return Promise.all(packed);
}

/** The entries that a package lets users import, as they write them: "sseer", "sseer/retry". */
export function entriesOf({ name, manifest }) {
  const paths = Object.keys(manifest.exports).filter((path) => path !== "./package.json");
  return paths.map((path) => name + path.slice(1));
}
