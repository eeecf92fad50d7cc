const LF = 0x0a;
const CR = 0x0d;

/** The position after a line end: CR and LF together are one. The complete lines end at `end`. */
export function afterLineEnd(bytes: Uint8Array, at: number, end: number): number {
  return bytes[at] === CR && at + 1 < end && bytes[at + 1] === LF ? at + 2 : at + 1;
}

/** The position after the first `count` of the complete lines of `bytes` from `start` to `end`. */
export function afterLines(bytes: Uint8Array, start: number, end: number, count: number): number {
  let at = start;
  for (let line = 0; line < count; line++) {
    while (bytes[at] !== LF && bytes[at] !== CR) at++;
    at = afterLineEnd(bytes, at, end);
  }
  return at;
}

/**
 * The bytes of the data lines after the last blank line of `bytes` from `start` to `end`, which are complete lines; with
 * `before` when there is no blank line. Each line end counts as one byte.
 */
export function unfinishedDataBytes(bytes: Uint8Array, start: number, end: number, before: number): number {
  let sum = 0;
  let next = end;
  while (next > start) {
    let to = next - 1;
    if (bytes[to] === LF && to > start && bytes[to - 1] === CR) to--;
    let at = to;
    while (at > start && bytes[at - 1] !== LF && bytes[at - 1] !== CR) at--;
    if (at === to) return sum;
    if (isData(bytes, at, to)) sum += to - at + 1;
    next = at;
  }
  return sum + before;
}

/** The line of `bytes` from `at` to `to` is a `data` field. */
export function isData(bytes: Uint8Array, at: number, to: number): boolean {
  return (
    bytes[at] === 0x64 &&
    bytes[at + 1] === 0x61 &&
    bytes[at + 2] === 0x74 &&
    bytes[at + 3] === 0x61 &&
    (to === at + 4 || bytes[at + 4] === 0x3a)
  );
}
