/** A way to cut a stream into chunks. */
export interface Chunking {
  readonly name: string;
  readonly cut: (bytes: Buffer) => Buffer[];
}

export const chunkings: readonly Chunking[] = [
  { name: "128 B", cut: (bytes) => cutEvery(bytes, 128) },
  { name: "by line", cut: (bytes) => cutAfter(bytes, /\r?\n/g) },
  { name: "by event", cut: (bytes) => cutAfter(bytes, /\r?\n\r?\n/g) },
  { name: "1 KiB", cut: (bytes) => cutEvery(bytes, 1024) },
  { name: "16 KiB", cut: (bytes) => cutEvery(bytes, 16 * 1024) },
  { name: "64 KiB", cut: (bytes) => cutEvery(bytes, 64 * 1024) },
];

export function cutEvery(bytes: Buffer, size: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}

function cutAfter(bytes: Buffer, separator: RegExp): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  // In Latin-1 each byte is one character, so a position in the text is the position in the bytes.
  for (const match of bytes.toString("latin1").matchAll(separator)) {
    const end = match.index + match[0].length;
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  if (at < bytes.length) chunks.push(bytes.subarray(at));
  return chunks;
}
