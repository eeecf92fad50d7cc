import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { markdownOf } from "./markdown.js";
import { pictureOf } from "./picture.js";
import type { Results } from "./results.js";

// node report.js FOLDER FILE...: writes RESULTS.md and the picture into FOLDER, from files that `--out` wrote.

const [folder = ".", ...files] = process.argv.slice(2);
const runs: Results[] = [];
for (const file of files) {
  const run = JSON.parse(readFileSync(file, "utf8")) as Results;
  const same = runs.findIndex(({ node }) => node === run.node);
  const other = runs[same];
  // The results of `--adversarial` join the other results of the same version of Node.
  if (other === undefined) runs.push(run);
  else runs[same] = { ...other, adversarial: [...other.adversarial, ...run.adversarial] };
}

const head = `# The parser, measured

\`npm run bench -w sseer\`, and the same with \`-- --adversarial\`. A ratio says how many times longer the peer took than
sseer for the same bytes in the same chunks. It is the median over rounds; in each round every parser runs once, starts
new and builds every string. A cell is void when the peer found other events. Each data set has about a MiB. \`ai_stream\`
and \`mixed\` are the captured streams of the Rust crate sseer 0.1.7, repeated; they are not in this repository
(\`--captures FOLDER\`).

Peers: eventsource-parser 4.1.3, undici 7.30.2.

![Ratios per data set](parser-ratios.svg)
`;

/** What the numbers mean, for the next person who works on the speed. Written by hand. */
const findings = `## Where it is not faster, and why

- **One small chunk at a time** (by event, by line). On Node 20, the call that makes a string of the chunk takes four tenths
  of the time, and the searches for line ends take a fifth. Every parser pays for both, so little is left to win. The call
  of a StringDecoder is as cheap as ours, and against it these cells are near 1.
- **CJK in small chunks** on Node 20, and in large chunks on Node 24. A character has more than one byte, so the parser
  searches for each line end in the text and in the bytes. Decoding in JavaScript, and \`transcode\` under 640 bytes, were
  slower still.
- **64 KiB payloads, whole chunks**. Decoding should take nearly all of the time. The parser searches for the end of a line
  twice: in the bytes to divide the chunk, and in the text. This comes from reading the code; it is not profiled yet.
- **Shorter blocks** keep less memory alive (0.18 MB for 50 strings with 2.5 KiB, 0.46 MB with 8000 bytes), but cost 16% at
  16 KiB and 64 KiB chunks. Blocks of 16 KB would gain 2% more there, and keep 0.9 MB.
- **The distance to the lower bound**: a parser without comments, without limits and without searches for CR and NUL, written
  for this comparison only, reached 2.09x and 1.32x over the nine data sets that it could read. In the same run sseer was at
  1.92x and 1.21x. An event of 125 bytes in a chunk of its own takes 150 ns, of which the decoding call takes 57. In chunks
  of 16 KiB it takes 86 ns: 16 for decoding, about 20 for two searches, about 15 for two slices, and the rest for the event
  object, its callback and the garbage collector.
- Tried without gain: searching the bytes forwards and decoding only the values (a call of Buffer.indexOf runs checks that
  are not inlined); dispatching a data line together with its blank line; remembering event types in large blocks (a loop
  over 20 bytes costs as much as a search and a slice); plain fields in place of private fields; fewer calls between \`push\`
  and the lines; a loop over the text alone (5% slower, CJK 5% faster); holding single lines until their event is complete
  (slower, except for events of many lines); decoding CJK in JavaScript.
- Runs on Node 20 that day gave geomeans of 1.81 to 1.95 against + TextDecoder, and 1.15 to 1.27 against + StringDecoder.
`;

/** The figures in the README of the Rust crate: one pass over a captured stream of 512 events, in microseconds. */
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

One pass over a captured stream, in microseconds. The crate publishes its figures from its author's machine (Ryzen 9
9950X3D, 6000 MHz DDR5), and ours are from this machine, so the columns compare the order of magnitude only.

| stream | chunks | ${[...nodes, "Rust crate, its machine"].join(" | ")} |
| ${["stream", "chunks", ...nodes, "crate"].map(() => "---").join(" | ")} |
${rows.join("\n")}
`;
}

/** The part of the file about the transport, which has its own benchmark. */
function transportPart(file: string): string {
  const before = readFileSync(file, "utf8");
  const at = before.indexOf("# The transport, measured");
  return at === -1 ? "" : `\n${before.slice(at)}`;
}

const file = join(folder, "RESULTS.md");
const parts = [head, ...runs.map((run) => markdownOf(run)), besideRust(), findings].join("\n");
writeFileSync(file, parts + transportPart(file));
writeFileSync(join(folder, "parser-ratios.svg"), pictureOf(runs));
