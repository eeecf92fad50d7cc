import { crc32 } from "node:zlib";

// A frame is what one commit writes: "hpx", the length and the CRC-32 of its body in hexadecimal, a line feed, and the body:
// lines of JSON. JSON has no line feed inside a line, so `cat` and `jq` can read the log.
//
//   hpx 000000a7 1c291ca3
//   {"claim":"fills","epoch":3}
//   {"v":1,"name":"fills",...}

const HEADER_LENGTH = "hpx 00000000 00000000\n".length;
const HEADER = /^hpx ([0-9a-f]{8}) ([0-9a-f]{8})\n$/;

/** The bytes of one commit. */
export function encodeFrame(lines: readonly string[]): Buffer {
  const body = Buffer.from(`${lines.join("\n")}\n`);
  return Buffer.concat([Buffer.from(`hpx ${hex(body.length)} ${hex(crc32(body))}\n`), body]);
}

/** What a log, or the rest of one, holds. */
export interface Scan {
  /** The lines of its whole frames, in their order. */
  readonly lines: readonly string[];
  /** Where the first whole frame ends. */
  readonly firstEnd: number;
  /** Where the last whole frame ends. Bytes after it are a torn write. */
  readonly end: number;
  /** Where a frame is damaged that whole ones follow: no torn write, for a commit starts after the one before is durable. */
  readonly damagedAt: number | undefined;
}

/** Reads frames up to the first that is not whole. */
export function scan(bytes: Buffer): Scan {
  const lines: string[] = [];
  let firstEnd = 0;
  let end = 0;
  for (let frame = frameAt(bytes, end); frame !== undefined; frame = frameAt(bytes, end)) {
    for (const line of frame.body.toString("utf8").split("\n")) if (line !== "") lines.push(line);
    end = frame.end;
    if (firstEnd === 0) firstEnd = end;
  }
  return { lines, firstEnd, end, damagedAt: hasFrameAfter(bytes, end) ? end : undefined };
}

function hasFrameAfter(bytes: Buffer, from: number): boolean {
  let start = bytes.indexOf("\nhpx ", from);
  while (start !== -1) {
    if (frameAt(bytes, start + 1) !== undefined) return true;
    start = bytes.indexOf("\nhpx ", start + 1);
  }
  return false;
}

function frameAt(bytes: Buffer, start: number): { readonly body: Buffer; readonly end: number } | undefined {
  const from = start + HEADER_LENGTH;
  const [, length, sum] = HEADER.exec(bytes.toString("latin1", start, from)) ?? [];
  if (length === undefined || sum === undefined) return undefined;
  const end = from + Number.parseInt(length, 16);
  if (end > bytes.length) return undefined;
  const body = bytes.subarray(from, end);
  return crc32(body) === Number.parseInt(sum, 16) ? { body, end } : undefined;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
