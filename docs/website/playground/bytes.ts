// The bytes of a body as a person reads them: each character with its place, and what its line is.

/** The part of the format that a byte belongs to. */
export type Role = "field" | "value" | "comment" | "unknown" | "end" | "blank" | "bom";

/** One character, or one byte that is no character. */
export interface Cell {
  /** The offset of its first byte, and the offset behind its last one. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly role: Role;
  /** Whether it is the last one of its line. */
  readonly endsLine: boolean;
}

const FIELDS: ReadonlySet<string> = new Set(["data", "event", "id", "retry"]);
const LF = 0x0a;
const CR = 0x0d;

/** The cells of `bytes`, in their order. */
export function cellsOf(bytes: Uint8Array): readonly Cell[] {
  const cells: Cell[] = [];
  let start = 0;
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    cells.push({ from: 0, to: 3, text: "BOM", role: "bom", endsLine: false });
    start = 3;
  }
  while (start < bytes.length) {
    let end = start;
    while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end += 1;
    addLine(cells, bytes, start, end);
    start = addLineEnd(cells, bytes, end, end === start);
  }
  return cells;
}

function addLineEnd(cells: Cell[], bytes: Uint8Array, at: number, isBlank: boolean): number {
  if (at >= bytes.length) return at;
  const role = isBlank ? "blank" : "end";
  const isPair = bytes[at] === CR && bytes[at + 1] === LF;
  if (isPair) cells.push({ from: at, to: at + 1, text: "\\r", role, endsLine: false });
  const last = isPair ? at + 1 : at;
  cells.push({ from: last, to: last + 1, text: bytes[last] === CR ? "\\r" : "\\n", role, endsLine: true });
  return last + 1;
}

function addLine(cells: Cell[], bytes: Uint8Array, start: number, end: number): void {
  const line = new TextDecoder().decode(bytes.subarray(start, end));
  const colon = line.indexOf(":");
  const name = colon === -1 ? line : line.slice(0, colon);
  const kind = colon === 0 ? "comment" : FIELDS.has(name) ? "value" : "unknown";
  const valueFrom = start + new TextEncoder().encode(name).length + (colon === -1 ? 0 : 1);
  for (let from = start; from < end;) {
    const to = Math.min(from + widthOf(bytes[from] as number), end);
    const role = kind === "value" && from < valueFrom ? "field" : kind;
    cells.push({ from, to, text: characterOf(bytes.subarray(from, to)), role, endsLine: false });
    from = to;
  }
}

/** How many bytes a character takes that begins with this byte. */
function widthOf(byte: number): number {
  if (byte < 0xc0) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}

function characterOf(bytes: Uint8Array): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  if (text === " ") return "·";
  if (text === "\0") return "␀";
  return text;
}
