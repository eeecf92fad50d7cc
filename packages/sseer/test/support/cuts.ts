/** Cuts `bytes` into pieces of the given lengths; the list of lengths repeats until the end. */
export function cutByLengths(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const length = lengths[index % lengths.length] ?? bytes.length;
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

/** Cuts `bytes` at the given positions. */
export function cutAt(bytes: Uint8Array, ...places: readonly number[]): Uint8Array[] {
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
}
