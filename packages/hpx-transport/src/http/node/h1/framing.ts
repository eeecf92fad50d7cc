import { Chunked } from "./chunked.js";
import { type ResponseHead, trimBlanks, unreadable } from "./head.js";

/**
 * Finds a response's body in the bytes of its connection (RFC 9112, section 6). `read` gives the body's part of
 * `bytes` on, which it may move together, and says whether the body is complete.
 */
export interface Framing {
  read(bytes: Uint8Array, give: (part: Uint8Array) => void): "more" | "complete" | "malformed";
  /** Whether the body ends where the connection does. */
  readonly untilClose: boolean;
}

/**
 * How the body of a response is framed, as RFC 9112, section 6.3 has it; a response without a body has one of length 0.
 *
 * Chunks count beside a length, as in browsers and curl. That is safe only while a connection carries one response: with
 * a second one behind it, a proxy on the way that goes by the length would see another border between the two.
 *
 * Throws `ERR_HTTP_HEAD` where the length or the coding is invalid or ambiguous.
 */
export function framingOf(method: string, { status, fields }: Pick<ResponseHead, "status" | "fields">): Framing {
  if (method === "HEAD" || status === 204 || status === 304) return new KnownLength(0);
  const codings = membersOf(fields, "transfer-encoding").filter((coding) => coding !== "");
  if (codings.length > 0) return isChunked(codings) ? new Chunked() : new UntilClose();
  const lengths = membersOf(fields, "content-length");
  const [length] = lengths;
  if (length === undefined) return new UntilClose();
  const bytes = Number(length);
  if (!/^\d+$/.test(length) || !Number.isSafeInteger(bytes)) throw unreadable("has a Content-Length that is no length");
  // The same length twice is one length; servers behind gateways send it.
  if (lengths.some((other) => other !== length)) throw unreadable("has two different Content-Lengths");
  return new KnownLength(bytes);
}

/** The members of all headers of that name, which is a list, in lower case. */
function membersOf(fields: ResponseHead["fields"], wanted: string): string[] {
  return fields
    .filter(([name]) => name.length === wanted.length && name.toLowerCase() === wanted)
    .flatMap(([, value]) => value.toLowerCase().split(","))
    .map(trimBlanks);
}

/** Whether the body is in chunks. Other codings beneath the chunks, or one that is unknown, are left to the consumer. */
function isChunked(codings: readonly string[]): boolean {
  const inner = codings.slice();
  // Two headers that say chunked mean it once: a gateway adds its own.
  while (inner.at(-1) === "chunked") inner.pop();
  if (inner.length === codings.length) return false;
  if (inner.includes("chunked")) throw unreadable("has a coding on top of chunks that are in chunks again");
  return true;
}

class UntilClose implements Framing {
  readonly untilClose: boolean = true;

  read(bytes: Uint8Array, give: (part: Uint8Array) => void): "more" {
    if (bytes.length > 0) give(bytes);
    return "more";
  }
}

class KnownLength implements Framing {
  readonly untilClose: boolean = false;
  #missing: number;

  constructor(length: number) {
    this.#missing = length;
  }

  read(bytes: Uint8Array, give: (part: Uint8Array) => void): "more" | "complete" {
    const part = bytes.length > this.#missing ? bytes.subarray(0, this.#missing) : bytes;
    this.#missing -= part.length;
    if (part.length > 0) give(part);
    return this.#missing === 0 ? "complete" : "more";
  }
}
