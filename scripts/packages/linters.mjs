import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { entriesOf } from "./pack.mjs";

/** What publint says of a tarball, suggestions too. */
export async function publintProblems({ manifest, bytes }) {
  const { messages } = await publint({ pack: { tarball: Uint8Array.from(bytes).buffer }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, manifest)}`);
}

/**
 * How TypeScript looks for the types of a package that is ES modules only. `moduleResolution: node10` knows no `exports`,
 * and CommonJS on Node 20 reaches an ES module by `import()` or `require(esm)`: neither is promised.
 */
const resolutions = new Set(["node16-esm", "bundler"]);

/** Where the types that TypeScript finds are not those of the code that runs. */
export async function typesProblems({ name, manifest, bytes }) {
  const entries = entriesOf({ name, manifest });
  const { problems } = await checkPackage(createPackageFromTarballData(bytes), {
    entrypoints: entries.map((entry) => entry.replace(name, ".")),
  });
  return problems
    .filter(({ resolutionKind }) => resolutionKind === undefined || resolutions.has(resolutionKind))
    .map((problem) => `attw: ${problem.kind} ${problem.entrypoint ?? JSON.stringify(problem)}`);
}
