import { cutEvery } from "./chunkings.js";
import type { DataSet } from "./data-sets.js";
import type { Floor } from "./results.js";

interface Slices {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
}

const target = new Uint8Array(64 * 1024);
const decoder = new TextDecoder();

/** The work that no parser can avoid: each step alone, on chunks of 64 KiB. */
const works: Readonly<Record<string, (chunk: Buffer) => number>> = {
  memcpy(chunk) {
    target.set(chunk);
    return target.length;
  },
  "find line feeds"(chunk) {
    let found = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) found++;
    return found;
  },
  latin1Slice: (chunk) => (chunk as Buffer & Slices).latin1Slice(0, chunk.length).length,
  utf8Slice: (chunk) => (chunk as Buffer & Slices).utf8Slice(0, chunk.length).length,
  TextDecoder: (chunk) => decoder.decode(chunk, { stream: true }).length,
};

export function measureFloors(set: DataSet): Floor {
  const chunks = cutEvery(set.bytes, 64 * 1024);
  const nanoseconds: Record<string, number> = {};
  for (const [name, work] of Object.entries(works)) {
    let fastest = Infinity;
    for (let round = 0; round < 15; round++) {
      const begun = performance.now();
      for (const chunk of chunks) work(chunk);
      fastest = Math.min(fastest, performance.now() - begun);
    }
    nanoseconds[name] = (fastest * 1e6) / (set.bytes.length / 1024);
  }
  return { set: set.name, nanoseconds };
}
