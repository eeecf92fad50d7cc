import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { measureAdversarial } from "./adversarial.js";
import { chunkings } from "./chunkings.js";
import { countsCpu } from "./clock.js";
import { espStringDecoder, espTextDecoder, sseer } from "./contestants.js";
import { type DataSet, dataSets } from "./data-sets.js";
import { measureFloors } from "./floors.js";
import { markdownOf } from "./markdown.js";
import { measure, type Measured, median, ratio } from "./measure.js";
import type { Adversarial, Cell, Results } from "./results.js";
import { undiciStream } from "./undici-stream.js";

// npm run bench -w sseer -- [--adversarial] [--cpu] [--rounds N] [--only TEXT] [--captures FOLDER] [--out FILE]

const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? fallback : (process.argv[at + 1] ?? fallback);
};
const root = join(import.meta.dirname, "../../..");
const peers = [espTextDecoder, espStringDecoder, undiciStream];
const rounds = Number(option("rounds", "15"));
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** The captured streams are not in this repository: see the head of `bench/RESULTS.md`. */
const sets = dataSets(option("captures", join(root, "../../../shared/fixtures")));
if (!sets.some(({ name }) => name === "ai_stream"))
  say("left out: ai_stream and mixed are not in the folder of --captures");

async function measureCell(set: DataSet, chunking: (typeof chunkings)[number]): Promise<Cell> {
  const chunks = chunking.cut(set.bytes);
  const [ours, ...theirs] = await measure([sseer, espTextDecoder, espStringDecoder], chunks, rounds);
  // Measured apart: it takes ten times as long, and would fill the heap and the caches for the others.
  const [oursAgain, slow] = await measure([sseer, undiciStream], chunks, Math.ceil(rounds / 3));
  if (ours === undefined || oursAgain === undefined || slow === undefined) throw new Error("nothing was measured");
  // A peer that found other events did other work, so its cell is void.
  const ratioTo = (peer: Measured, own: Measured): number | null =>
    peer.events === own.events && peer.sum === own.sum ? ratio(own, peer) : null;
  const ratios = [...theirs.map((peer) => ratioTo(peer, ours)), ratioTo(slow, oursAgain)];
  const cell = { set: set.name, chunking: chunking.name, chunks: chunks.length, events: ours.events };
  say(
    `${set.name}, ${chunking.name}: ${median(ours.times).toFixed(2)} ms, ${ratios.map((r) => r?.toFixed(2)).join(" ")}`,
  );
  return { ...cell, repeats: set.repeats, ms: median(ours.times), ratios };
}

async function main(): Promise<void> {
  const cells: Cell[] = [];
  let adversarial: Adversarial[] = [];
  if (process.argv.includes("--adversarial")) adversarial = measureAdversarial(option("only", ""), say);
  else {
    // The engine compiles the code for every kind of input before the measurement starts.
    for (const set of sets)
      for (const chunking of chunkings) await measure([sseer, ...peers], chunking.cut(set.bytes), 0);
    for (const set of sets) {
      for (const chunking of chunkings) {
        if (`${set.name}, ${chunking.name}`.includes(option("only", ""))) cells.push(await measureCell(set, chunking));
      }
    }
  }
  const internals = (await import(join(root, "dist/parser/decode-utf8.js"))) as { decoders(): { name: string } };
  const results: Results = {
    node: process.versions.node,
    machine: `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, ${process.platform} ${process.arch}`,
    date: new Date().toISOString().slice(0, 10),
    decoder: internals.decoders().name,
    rounds,
    cpu: countsCpu,
    peers: peers.map(({ name }) => name),
    cells,
    floors: cells.length > 0 ? sets.map((set) => measureFloors(set)) : [],
    adversarial,
  };
  const out = option("out", "");
  if (out !== "") writeFileSync(out, JSON.stringify(results));
  process.stdout.write(markdownOf(results));
}

await main();
