/** The longest line of standard input, in characters: what does not end is no line. */
const LONGEST = 16 * 1024 * 1024;

/**
 * The lines of `input` without their ends, as they come; empty ones are left out, and the last one needs no end.
 *
 * @throws an `Error` for a line that is too long
 */
export async function* linesOf(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  /** The pieces of a line that has no end yet: a long one in small pieces is joined once. */
  let pieces: string[] = [];
  let length = 0;
  for await (const chunk of input) {
    const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    const parts = text.split("\n");
    for (const [index, part] of parts.entries()) {
      pieces.push(part);
      length += part.length;
      if (length > LONGEST) throw new Error(`standard input: a line is longer than ${LONGEST} characters`);
      if (index === parts.length - 1) break;
      const line = lineOf(pieces);
      pieces = [];
      length = 0;
      if (line !== "") yield line;
    }
  }
  const last = lineOf([...pieces, decoder.decode()]);
  if (last !== "") yield last;
}

function lineOf(pieces: readonly string[]): string {
  return pieces.join("").replace(/\r$/, "");
}
