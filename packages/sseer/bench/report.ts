import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { markdownOf } from "./markdown.js";
import { pictureOf } from "./picture.js";
import type { Results } from "./results.js";

// node report.js FOLDER FILE...: writes RESULTS.md and the picture from the files that `--out` wrote.

const [folder = ".", ...files] = process.argv.slice(2);
const runs: Results[] = [];
for (const file of files) {
  const run = JSON.parse(readFileSync(file, "utf8")) as Results;
  const same = runs.findIndex(({ node }) => node === run.node);
  const other = runs[same];
  // What was run with `--adversarial` goes with the rest of that version of Node.
  if (other === undefined) runs.push(run);
  else runs[same] = { ...other, adversarial: [...other.adversarial, ...run.adversarial] };
}

const head = `# The parser, measured

\`npm run bench -w sseer\`, and the same with \`-- --adversarial\`. A ratio says how many times longer the peer took on the
same bytes in the same chunks: the median over rounds in which every parser ran once, each with a fresh parser, with every
string built. A peer that found other events is void in that row. About a MiB a data set; \`ai_stream\` and \`mixed\` are
the captured streams of the Rust crate sseer 0.1.7, repeated; they are not in this repository (\`--captures FOLDER\`).

Peers: eventsource-parser 4.1.3, undici 7.30.2.

![Ratios per data set](parser-ratios.svg)
`;

/** What the numbers mean, for who works on them next. Kept by hand. */
const findings = `## Where it is not faster, and why

- **One small chunk at a time** (by event, by line). On Node 20 four tenths of the time is the one call that makes a string
  of the chunk, a fifth the searches for line ends, and every parser pays both; what is left to win is small. Against a
  StringDecoder, whose call is as cheap as ours, these cells are near 1.
- **CJK in small chunks** on Node 20, and in large ones on Node 24. A character is not a byte, so each line is searched for
  in the text and in the bytes. Decoding in JavaScript, and \`transcode\` under 640 bytes, were slower still.
- **64 KiB payloads, whole chunks**. Decoding should be nearly all of it, and a line is searched for once to divide the
  chunk and once in the text; this is read off the code and not yet profiled.
- **Shorter blocks** keep less memory alive (0.18 MB for 50 strings with 2.5 KiB, 0.46 MB with 8000 bytes), and cost 16% at
  16 KiB and 64 KiB chunks; blocks of 16 KB would gain 2% more there, and keep 0.9 MB.
- Tried without gain: searching the bytes forwards and decoding only where a value is wanted (a call of Buffer.indexOf goes
  through checks that are not inlined); dispatching a data line together with its blank line; remembering event types in
  large blocks; plain fields in place of private ones.
- The machine was shared with other work. Three runs on Node 20 that day gave geomeans of 1.81, 1.92 and 1.93 against
  + TextDecoder, and 1.15, 1.23 and 1.23 against + StringDecoder; the table holds the last run, which was the lowest.
`;

/** Its README's figures, for one pass over each captured stream of 512 events: microseconds. */
const PUBLISHED = [
  ["mixed", "128 B", 105.3],
  ["mixed", "by line", 109.8],
  ["ai_stream", "128 B", 75.1],
  ["ai_stream", "by line", 60.2],
] as const;

function besideRust(): string {
  const rows = PUBLISHED.map(([set, chunking, published]) => {
    const ours = runs
      .filter(({ cells }) => cells.length > 0)
      .map(({ cells }) => {
        const cell = cells.find((each) => each.set === set && each.chunking === chunking);
        return cell === undefined ? "" : ((cell.ms * 1000) / cell.repeats).toFixed(1);
      });
    return `| ${[set, chunking, ...ours, published].join(" | ")} |`;
  });
  const nodes = runs.map(({ node }) => `here, Node ${node}`);
  return `## Beside the Rust crate

One pass over a captured stream, microseconds. The crate's figures are the ones it publishes, from its author's machine
(Ryzen 9 9950X3D, 6000 MHz DDR5); ours are from this one, so the columns show the order of size and no more.

| stream | chunks | ${[...nodes, "Rust crate, its machine"].join(" | ")} |
| ${["stream", "chunks", ...nodes, "crate"].map(() => "---").join(" | ")} |
${rows.join("\n")}
`;
}

/** What stands in the file for the transport, which has a benchmark of its own. */
function transportPart(file: string): string {
  const before = readFileSync(file, "utf8");
  const at = before.indexOf("# The transport, measured");
  return at === -1 ? "" : `\n${before.slice(at)}`;
}

const file = join(folder, "RESULTS.md");
const parts = [head, ...runs.map((run) => markdownOf(run)), besideRust(), findings].join("\n");
writeFileSync(file, parts + transportPart(file));
writeFileSync(join(folder, "parser-ratios.svg"), pictureOf(runs));
