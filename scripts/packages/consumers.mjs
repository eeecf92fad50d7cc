import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { entriesOf, root, run } from "./pack.mjs";

/** The oldest TypeScript that the packages' types are for: installed beside the packages, for it is not what builds them. */
export const oldestTypeScript = "oldest-typescript@npm:typescript@5.2.2";

/** The oldest and the newest compiler. */
const compilersOf = (project) => ({
  "TypeScript 5.2": join(project, "node_modules/oldest-typescript/bin/tsc"),
  "TypeScript 7": join(root, "node_modules/typescript/bin/tsc"),
});

/** What is there in a user's project beside the language; the tests' tools are for Node. */
const settings = {
  "Node without the DOM": { lib: ["es2022"], types: ["node"] },
  "Node with the DOM": { lib: ["es2022", "dom"], types: ["node"] },
  "a browser": { lib: ["es2022", "dom"], types: [], without: "/testing" },
  "a worker": { lib: ["es2022", "webworker"], types: [], without: "/testing" },
};

/** Type-checks every entry in users' projects of every kind, strictly, and with nothing skipped of the packages' types. */
export async function consumerProblems(project, { name, manifest }) {
  const problems = [];
  const folder = join(project, "consumers", name);
  await mkdir(folder, { recursive: true });
  for (const [setting, { lib, types, without }] of Object.entries(settings)) {
    const entries = entriesOf({ name, manifest }).filter((entry) => without === undefined || !entry.endsWith(without));
    await writeFile(
      join(folder, "user.ts"),
      entries.map((entry, n) => `export * as e${n} from "${entry}";\n`).join(""),
    );
    const compilerOptions = { target: "es2022", module: "nodenext", strict: true, noEmit: true, lib, types };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["user.ts"] }));
    for (const [compiler, program] of Object.entries(compilersOf(project))) {
      await run(process.execPath, [program, "-p", folder]).catch((error) => {
        problems.push(`${compiler}, ${setting}: ${error.message}`);
      });
    }
  }
  return problems;
}
