import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compilersOf } from "./compilers.mjs";
import { entriesOf, run } from "./pack.mjs";

/** What is there in a user's project beside the language; the tests' tools are for Node. */
const settings = {
  "Node without the DOM": { lib: ["es2022"], types: ["node"] },
  "Node with the DOM": { lib: ["es2022", "dom"], types: ["node"] },
  "a browser": { lib: ["es2022", "dom"], types: [], without: /\/(testing|durable\/file)$|^hpx-relay$/ },
  "a worker": { lib: ["es2022", "webworker"], types: [], without: /\/(testing|durable\/file)$|^hpx-relay$/ },
};

/** Type-checks every entry in users' projects of every kind, with the oldest and the newest compiler, strictly, and with nothing skipped of the packages' types. */
export async function consumerProblems(project, { name, manifest }) {
  const problems = [];
  const folder = join(project, "consumers", name);
  await mkdir(folder, { recursive: true });
  for (const [setting, { lib, types, without }] of Object.entries(settings)) {
    const entries = entriesOf({ name, manifest }).filter((entry) => without === undefined || !without.test(entry));
    await writeFile(
      join(folder, "user.ts"),
      entries.map((entry, n) => `export * as e${n} from "${entry}";\n`).join(""),
    );
    const compilerOptions = { target: "es2022", module: "nodenext", strict: true, noEmit: true, lib, types };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["user.ts"] }));
    const compilers = compilersOf(project);
    for (const [compiler, program] of [compilers.at(0), compilers.at(-1)]) {
      await run(process.execPath, [program, "-p", folder]).catch((error) => {
        problems.push(`${compiler}, ${setting}: ${error.message}`);
      });
    }
  }
  return problems;
}
