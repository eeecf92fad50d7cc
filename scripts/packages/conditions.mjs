import { build } from "esbuild";
import { entriesOf } from "./pack.mjs";

/** The export conditions that each runtime sets, as its documentation names them; every one sets `import`, too. */
const runtimes = {
  node: ["node"],
  deno: ["deno", "node"],
  bun: ["bun", "node"],
  workerd: ["workerd", "worker", "browser"],
  browser: ["browser"],
  "any other": [],
};

/** What a runtime other than Node cannot be asked to load; tests run on Node, Deno and Bun. The optional peer ws is for Node. */
const ofNode = /^node:|^ws$/;

/** Every way in which an entry may be asked for; the first one is what the others are held against. */
const ways = Object.entries(runtimes).flatMap(([runtime, conditions]) => [
  { runtime, folder: "dist", conditions },
  { runtime, folder: "src", conditions: ["@hpx/source"].concat(conditions) },
]);

/**
 * Bundles every entry of an installed package as every runtime would find it, from `dist` and, under the condition
 * `@hpx/source`, from `src`: each resolves, has the same names everywhere, and reaches for Node only on Node.
 */
export async function conditionProblems(project, { name, manifest }) {
  const problems = [];
  for (const entry of entriesOf({ name, manifest })) {
    let expected;
    for (const way of ways) {
      const where = `${entry} on ${way.runtime}, from ${way.folder}`;
      try {
        const found = await bundle(project, entry, way.conditions);
        expected ??= found.names;
        problems.push(...judge(entry, way, found, expected).map((problem) => `${where} ${problem}`));
      } catch (error) {
        problems.push(`${where}: ${error.message}`);
      }
    }
  }
  return problems;
}

function judge(entry, { runtime, folder }, { names, inputs, externals }, expected) {
  const problems = [];
  if (names !== expected) problems.push(`exports ${names}, elsewhere ${expected}`);
  const stray = inputs.filter((path) => !path.includes(`/${folder}/`));
  if (stray.length > 0) problems.push(`loads ${stray.join(", ")}`);
  const mayLoadNode = runtime === "node" || /\/(testing|durable\/file)$|^hpx-relay$/.test(entry);
  const foreign = mayLoadNode ? [] : externals.filter((path) => ofNode.test(path));
  if (foreign.length > 0) problems.push(`loads ${foreign.join(", ")}`);
  return problems;
}

async function bundle(project, entry, conditions) {
  const { metafile } = await build({
    stdin: { contents: `export * from "${entry}"`, resolveDir: project },
    absWorkingDir: project,
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    logLevel: "silent",
    conditions: [...conditions, "import"],
    external: ["node:*", "@opentelemetry/api", "ws", "@nats-io/*", "yaml"],
  });
  const [output] = Object.values(metafile.outputs);
  return {
    names: output.exports.toSorted().join(", "),
    inputs: Object.keys(metafile.inputs).filter((path) => path !== "<stdin>"),
    externals: output.imports.map(({ path }) => path),
  };
}
