import { createReadStream } from "node:fs";

/** A line of a file. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Undefined where it is longer than allowed; the rest of the file is not read then. */
  readonly text: string | undefined;
  /** Whether it has its line end; the last line of a file that was cut off has none. */
  readonly complete: boolean;
}

const LF = 0x0a;

/** The lines of a file, of which at most one is in memory, with at most `longest` bytes. */
export async function* readLines(path: string, longest: number): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let size = 0;
  let number = 1;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      parts.push(chunk.subarray(start, end));
      yield { number, text: Buffer.concat(parts).toString(), complete: true };
      parts = [];
      size = 0;
      number += 1;
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > longest) return yield { number, text: undefined, complete: false };
  }
  if (size > 0) yield { number, text: Buffer.concat(parts).toString(), complete: false };
}
