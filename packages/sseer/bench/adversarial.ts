import { cutEvery } from "./chunkings.js";
import { cpuTime } from "./clock.js";
import { type Contestant, espTextDecoder, sseer } from "./contestants.js";
import type { Adversarial } from "./results.js";

const MIB = 1024 * 1024;

type Inputs = Readonly<Record<string, (size: number) => Buffer[]>>;

/** Inputs that make some parsers scan or copy the same bytes again and again; `size` in bytes. */
const inputs: Inputs = {
  "one line, chunks of 128 B": (size) => cutEvery(Buffer.from(`data: ${"x".repeat(size)}\n\n`), 128),
  "one line, chunks of 1 B": (size) => cutEvery(Buffer.from(`data: ${"x".repeat(size)}\n\n`), 1),
  "one comment, chunks of 128 B": (size) => cutEvery(Buffer.from(`:${"x".repeat(size)}\n\n`), 128),
  "one line of CJK, chunks of 100 B": (size) => cutEvery(Buffer.from(`data: ${"漢".repeat(size / 3)}\n\n`), 100),
  "one chunk of small events": (size) => [repeat("data: x\n\n", size)],
  "one chunk of small events, CR": (size) => [repeat("data: x\r\r", size)],
  "one chunk of small events, LF, one CR": (size) => [
    Buffer.concat([Buffer.from("data: x\r\r"), repeat("data: x\n\n", size)]),
  ],
  "one chunk of small events, CR, one LF": (size) => [
    Buffer.concat([repeat("data: x\r\r", size), Buffer.from("data: x\n\n")]),
  ],
  "one chunk of 4 KiB lines, CR": (size) => [repeat(`data: ${"x".repeat(4096)}\r\r`, size)],
  "one chunk of 4 KiB lines, LF": (size) => [repeat(`data: ${"x".repeat(4096)}\n\n`, size)],
  ...linesEnding("LF", "\n"),
  ...linesEnding("CR", "\r"),
  ...linesEnding("CR LF", "\r\n"),
};

/** Events and data lines with one kind of line end, cut in every way. */
function linesEnding(name: string, end: string): Inputs {
  const event = (text: string) => (size: number) =>
    Buffer.concat([repeat(`data: ${text}${end}`, size), Buffer.from(end)]);
  const [ascii, cjk] = [event("x"), event("漢")];
  return {
    [`small events, ${name}, chunks of 1 B`]: (size) => cutEvery(repeat(`data: x${end}${end}`, size), 1),
    [`small events of CJK, ${name}, one chunk`]: (size) => [repeat(`data: 漢${end}${end}`, size)],
    [`one event of short data lines, ${name}, one chunk`]: (size) => [ascii(size)],
    [`one event of short data lines, ${name}, chunks of 128 B`]: (size) => cutEvery(ascii(size), 128),
    [`one event of short data lines, ${name}, chunks of 1 B`]: (size) => cutEvery(ascii(size), 1),
    [`one event of short data lines of CJK, ${name}, one chunk`]: (size) => [cjk(size)],
    [`one event of short data lines of CJK, ${name}, chunks of 128 B`]: (size) => cutEvery(cjk(size), 128),
  };
}

function repeat(text: string, size: number): Buffer {
  return Buffer.from(text.repeat(Math.ceil(size / text.length)));
}

/** Measures each input with `only` in its name at 1 MiB and at 4 MiB: a linear parser takes four times as long for 4 MiB. */
export function measureAdversarial(only: string, report: (line: string) => void): Adversarial[] {
  const found: Adversarial[] = [];
  for (const [input, make] of Object.entries(inputs)) {
    if (!input.includes(only)) continue;
    const [few, many] = [make(MIB), make(4 * MIB)];
    for (const contestant of [sseer, espTextDecoder]) {
      const [small, large] = fastest(contestant, few, many);
      found.push({ input, parser: contestant.name, small, large });
      report(
        `${input}: ${contestant.name} ${small.toFixed(1)} ms, ${large.toFixed(1)} ms, x ${(large / small).toFixed(2)}`,
      );
    }
  }
  return found;
}

function fastest(contestant: Contestant, few: readonly Buffer[], many: readonly Buffer[]): [number, number] {
  const times: [number, number] = [Infinity, Infinity];
  for (let round = 0; round < 5; round++) {
    for (const [index, chunks] of [few, many].entries()) {
      const begun = cpuTime();
      void contestant.run(chunks);
      times[index] = Math.min(times[index] ?? Infinity, cpuTime() - begun);
    }
  }
  return times;
}
