/** Where to cut a body, as the network might: a chunk ends at each offset. */
export type CutStyle = "whole" | "bytes" | "lines" | "random";

/** The offsets at which a chunk ends, the last one at the end. `seed` chooses among the random ones. */
export function cutsOf(bytes: Uint8Array, style: CutStyle, seed: number): readonly number[] {
  const end = bytes.length;
  if (end === 0) return [];
  switch (style) {
    case "whole":
      return [end];
    case "bytes":
      return Array.from(bytes, (_, index) => index + 1);
    case "lines":
      return closed(
        Array.from(bytes.entries()).flatMap(([index, byte]) => (byte === 0x0a ? [index + 1] : [])),
        end,
      );
    case "random": {
      const random = seededRandom(seed);
      return closed(
        Array.from(bytes.keys()).filter((offset) => offset > 0 && random() < 0.06),
        end,
      );
    }
  }
}

function closed(offsets: readonly number[], end: number): readonly number[] {
  return offsets.at(-1) === end ? offsets : [...offsets, end];
}

/** Random numbers from 0 up to 1, the same for the same seed. */
function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}
