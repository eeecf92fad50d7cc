/**
 * A short hash of texts, the same in every run and runtime. Two accumulators of 32 bits, multiplied by odd constants and mixed
 * at the end, as MurmurHash3 does. It tells equal events from others; it is no protection against a forger.
 */
export function hashOf(...texts: readonly string[]): string {
  let high = 0x9e37_79b9;
  let low = 0x85eb_ca6b;
  for (const text of texts) {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      high = Math.imul(high ^ code, 0xcc9e_2d51);
      low = Math.imul(low ^ code, 0x1b87_3593);
      high = (high << 13) | (high >>> 19);
    }
    // The end of a text counts: "ab", "c" is not "a", "bc".
    high = Math.imul(high ^ text.length, 0xe654_6b64);
    low = Math.imul(low ^ high, 0xc2b2_ae35);
  }
  return hex(mixed(high ^ low)) + hex(mixed(low + Math.imul(high, 5)));
}

function mixed(value: number): number {
  let result = value ^ (value >>> 16);
  result = Math.imul(result, 0x85eb_ca6b);
  result ^= result >>> 13;
  result = Math.imul(result, 0xc2b2_ae35);
  return result ^ (result >>> 16);
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
