// Uses the packages as a stranger would: packs them once, has the tarballs judged by publint and Are the types wrong,
// installs them in an empty project, and there type-checks every entry as users of every kind do and options that they misspell, bundles it for every
// runtime, reads its page, runs the command, and type-checks and runs the code of every page.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandProblems } from "./command.mjs";
import { conditionProblems } from "./conditions.mjs";
import { consumerProblems } from "./consumers.mjs";
import { pageProblems } from "./entry-pages.mjs";
import { misspeltProblems } from "./misspelt.mjs";
import { publintProblems, typesProblems } from "./linters.mjs";
import { entriesOf, pack } from "./pack.mjs";
import { install } from "./project.mjs";
import { runSnippets } from "./snippets.mjs";

const folder = await mkdtemp(join(tmpdir(), "packed-"));
try {
  const project = join(folder, "project");
  await mkdir(project);
  const packed = await pack(folder);
  await install(project, packed);

  for (const each of packed) {
    const entries = entriesOf(each);
    const found = [await publintProblems(each)];
    if (entries.length > 0) {
      found.push(
        await typesProblems(each),
        await consumerProblems(project, each),
        await conditionProblems(project, each),
        await pageProblems(project, each),
      );
    }
    report(`${each.name}: ${entries.length === 0 ? "no entries" : entries.join(", ")}`, found.flat());
  }
  report("misspelt options: reported where they are by each compiler", await misspeltProblems(project));
  report("hpx, hpx-cli: ran from the tarballs", await commandProblems(project));
  report(`${await runSnippets(project)} snippets of the pages compiled and ran`, []);
} finally {
  await rm(folder, { recursive: true, force: true });
}

function report(what, problems) {
  process.stdout.write(`packed: ${what}${problems.map((problem) => `\n  ${problem}`).join("")}\n`);
  if (problems.length > 0) process.exitCode = 1;
}
