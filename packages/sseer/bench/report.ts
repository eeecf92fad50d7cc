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

Peers: eventsource-parser 4.1.3; undici 7.30.2 on Node 20, and undici 8.13.1, which needs Node 22.19, on Node 24.

![Ratios per data set](parser-ratios.svg)
`;

/** What the numbers mean, for the next person who works on the speed. Written by hand. */
const findings = `## Where it is not faster, and why

The machine ran slow tests at the same time, with a load average of about 1. On Node 20 other runs of the same build gave 2.14x and
1.37x (load 3 to 5), 2.06x and 1.35x (15 rounds, quiet), 2.03x and 1.33x in CPU time, and 1.98x and 1.31x at a load of 12. A bare loop for
events alone, written to see (no limits, comments, CR or resets), took 0.85 to 0.93 of our time by event: the rest is the call. Nanoseconds below are of another machine, quiet, on Node 20; native calls take 1.75 times as long here.

- **One small chunk at a time** (by event, by line). The call that makes a string of 126 bytes takes 40 ns, and no parser has a way
  around it; two searches for line ends take 14, the object and its callback 10, \`push\` 8. An event in a chunk of its own takes
  about 100 where these add up to 72. A StringDecoder's call is as cheap as ours, so against it these cells are near 1.
- **CJK in small chunks** on Node 20, where \`utf8Slice\` takes 2 ns a byte. A loop in JavaScript takes half of that up to 900 bytes,
  \`transcode\` less for more. WebAssembly would take two thirds of the loop; see docs/decisions.md.
- **64 KiB payloads, whole chunks,** on Node 24: the decoder takes nearly all of the time, and is the same for all.
- **mixed, by event**: events of 45 bytes, a fifth of which have three data lines. A guess of the line end is wrong there, and what
  is not guessed is decoded whole, as the peers do.
- **Four times the input, one event of very many short lines** takes 4.2 to 5.5 times as long on Node 20, from run to run: the
  engine keeps the pieces, and its garbage collector copies them. It is 4.0 to 4.3 times on Node 24.
- **Shorter blocks** keep less memory alive (0.18 MB for 50 strings with 2.5 KiB, 0.46 MB with 8000 bytes), but cost 16% at
  16 KiB and 64 KiB chunks. Blocks of 16 KB would gain 2% more there, and keep 0.9 MB.

What paid in the last step, each as the median of ratios of several processes that ran both builds in turn:

| change | cells | gain |
| --- | --- | ---: |
| event types compared four bytes at a time | by line, by event | 1.08 |
| ASCII up to 24 bytes with plain arguments of \`String.fromCharCode\` | by line, by event, heartbeats | 1.09; mixed by line 1.25 |
| known types looked for in a loop, not with \`find\` | ticks | 1.07 |
| a wrong guess is used when the line is most of the text | all | 1.00 to 1.02 |
| the first letter of a rare line decides | CJK, 1 KiB and more | 1.06 |

Tried without gain: a function that reads a byte for each argument of \`fromCharCode\` (0.94); a loop over the last 32 bytes of a
chunk before the native search (1.02, but 0.71 for long lines in small chunks); names compared by loops in place of
\`startsWith\` (0.97); dispatching a data line together with its blank line; remembering types in large blocks; plain fields in
place of private fields.
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
