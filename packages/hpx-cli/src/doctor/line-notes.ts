import type { StreamNotes } from "./evidence.js";

const FIELDS: ReadonlySet<string> = new Set(["event", "data", "id", "retry"]);
/** Of a longer line only so many bytes are looked at: enough for its name. */
const LONGEST_HEAD = 200;
/** How many values are remembered. */
const MOST = 100;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const LF = 0x0a;
const CR = 0x0d;

type Written = Pick<
  StreamNotes,
  "badRetries" | "lineEnds" | "startsWithBom" | "strangeLines" | "invalidUtf8" | "unfinished"
>;

/** Takes notes of how a stream is written, which a parser does not tell: line ends, strange fields, comments. */
export class LineNotes {
  readonly #validator = new TextDecoder("utf-8", { fatal: true });
  readonly #ends = { lf: 0, crlf: 0, cr: 0 };
  readonly #badRetries: string[] = [];
  readonly #strange = { count: 0, first: "" };
  readonly #head: number[] = [];
  #startsWithBom = false;
  #invalidUtf8 = false;
  #isFirstLine = true;
  #afterCr = false;
  #inBlock = false;
  #inComment = false;
  #comments = 0;

  /** How many comments there were, those in a row counted once. */
  get comments(): number {
    return this.#comments;
  }

  /** Whether a line or a block is under way. */
  get unfinished(): boolean {
    return this.#head.length > 0 || this.#inBlock;
  }

  push(bytes: Uint8Array): void {
    this.#validate(bytes);
    for (const byte of bytes) {
      if (this.#afterCr) {
        this.#afterCr = false;
        this.#ends[byte === LF ? "crlf" : "cr"] += 1;
        if (byte === LF) continue;
      }
      if (byte === CR) this.#afterCr = true;
      if (byte === LF) this.#ends.lf += 1;
      if (byte === CR || byte === LF) this.#endLine();
      else if (this.#head.length < LONGEST_HEAD) this.#head.push(byte);
    }
  }

  notes(): Written {
    const { cr } = this.#ends;
    return {
      badRetries: this.#badRetries,
      // One at the very end may yet become CRLF; nothing can come after it any more.
      lineEnds: { ...this.#ends, cr: cr + (this.#afterCr ? 1 : 0) },
      startsWithBom: this.#startsWithBom,
      strangeLines: this.#strange,
      invalidUtf8: this.#invalidUtf8,
      unfinished: this.unfinished,
    };
  }

  #validate(bytes: Uint8Array): void {
    if (this.#invalidUtf8) return;
    try {
      this.#validator.decode(bytes, { stream: true });
    } catch {
      this.#invalidUtf8 = true;
    }
  }

  #endLine(): void {
    let line = utf8.decode(Uint8Array.from(this.#head));
    this.#head.length = 0;
    if (this.#isFirstLine && line.startsWith("\uFEFF")) {
      this.#startsWithBom = true;
      line = line.slice(1);
    }
    this.#isFirstLine = false;
    const isComment = line.startsWith(":");
    if (isComment && !this.#inComment) this.#comments += 1;
    this.#inComment = isComment;
    if (line === "") this.#inBlock = false;
    else if (!isComment) this.#field(line);
  }

  #field(line: string): void {
    this.#inBlock = true;
    const colon = line.indexOf(":");
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (!FIELDS.has(name)) {
      if (this.#strange.count === 0) this.#strange.first = line;
      this.#strange.count += 1;
    } else if (name === "retry" && !/^\d+$/.test(value) && this.#badRetries.length < MOST) this.#badRetries.push(value);
  }
}
