// RFC 9112, section 7.1.

const LF = 0x0a;
const CR = 0x0d;
const TAB = 0x09;
const SPACE = 0x20;
const SEMICOLON = 0x3b;

/** Chunks up to this length are moved together: a server may write hundreds that arrive in one read. */
const SMALL_CHUNK = 4096;
/** The most bytes around a chunk: its size with extensions, or the trailers. */
const MAX_AROUND = 16_384;

/** What the next byte belongs to (RFC 9112, section 7.1). */
type Expected =
  | "size" // at least one digit, then more, an extension or the line's end
  | "extension"
  | "end of size"
  | "data"
  | "CR after data"
  | "LF after data"
  | "trailer" // the start of a line after the last chunk; an empty one ends the body
  | "rest of trailer"
  | "end of trailer"
  | "end"
  | "nothing"
  | "malformed";

/**
 * Takes off the chunked coding. Extensions and trailers are passed over. Line ends are strict, unlike in a head: an LF
 * alone around a chunk size is where proxies and servers disagree about where a body ends.
 */
export class Chunked {
  /** The last chunk ends the body, not the connection. */
  readonly untilClose: boolean = false;
  #expected: Expected = "size";
  /** Of the chunk: its size as far as it was read, then how much of it is missing. */
  #size = 0;
  #digits = 0;
  #around = 0;

  /** As `Framing.read`. */
  read(bytes: Uint8Array, give: (part: Uint8Array) => void): "more" | "complete" | "malformed" {
    // Data that lies together already, to be given on at once.
    let start = 0;
    let end = 0;
    for (let at = 0; at < bytes.length;) {
      if (this.#expected !== "data") {
        this.#expected = this.#next(bytes[at] as number);
        at += 1;
        if (this.#expected === "nothing" || this.#expected === "malformed") break;
        continue;
      }
      const to = Math.min(bytes.length, at + this.#size);
      this.#size -= to - at;
      if (this.#size === 0) this.#expected = "CR after data";
      if (end > start && to - at <= SMALL_CHUNK) {
        bytes.copyWithin(end, at, to);
        end += to - at;
      } else {
        if (end > start) give(bytes.subarray(start, end));
        start = at;
        end = to;
      }
      at = to;
    }
    if (end > start) give(bytes.subarray(start, end));
    if (this.#expected === "malformed") return "malformed";
    return this.#expected === "nothing" ? "complete" : "more";
  }

  /** What is expected after `byte`, which is not data. */
  #next(byte: number): Expected {
    this.#around += 1;
    if (this.#around > MAX_AROUND) return "malformed";
    switch (this.#expected) {
      case "size":
        return this.#nextOfSize(byte);
      case "extension":
        return byte === CR ? "end of size" : byte === LF ? "malformed" : "extension";
      case "end of size":
        return byte === LF ? this.#afterSize() : "malformed";
      case "CR after data":
        return byte === CR ? "LF after data" : "malformed";
      case "LF after data":
        return byte === LF ? "size" : "malformed";
      case "trailer":
        return byte === CR ? "end" : byte === LF ? "malformed" : "rest of trailer";
      case "rest of trailer":
        return byte === CR ? "end of trailer" : byte === LF ? "malformed" : "rest of trailer";
      case "end of trailer":
        return byte === LF ? "trailer" : "malformed";
      case "end":
        return byte === LF ? "nothing" : "malformed";
      default:
        return "malformed";
    }
  }

  #nextOfSize(byte: number): Expected {
    const digit = hexDigit(byte);
    if (digit !== undefined) {
      this.#digits += 1;
      this.#size = this.#size * 16 + digit;
      return this.#size > Number.MAX_SAFE_INTEGER ? "malformed" : "size";
    }
    if (this.#digits === 0) return "malformed";
    if (byte === CR) return "end of size";
    return byte === SEMICOLON || byte === SPACE || byte === TAB ? "extension" : "malformed";
  }

  #afterSize(): Expected {
    this.#digits = 0;
    this.#around = 0;
    return this.#size === 0 ? "trailer" : "data";
  }
}

function hexDigit(byte: number): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : undefined;
}
