import { isToken } from "../../../checks/check.js";
import { codedError } from "../../failure.js";

/** Bytes of all heads of one response together, interim ones included: as much as Chromium reads. */
const MAX_HEAD = 262_144;
/** Empty lines that may stand before the first status line. */
const MAX_EMPTY_LINES = 4;

const LF = 0x0a;

/** Any version but 0.9, a status of three digits, and any reason phrase (RFC 9112, section 4). */
const STATUS_LINE = /^HTTP\/[1-9]\.\d[ \t]+([1-9]\d\d)(?:[ \t](.*))?$/;

/** The head of a final response. */
export interface ResponseHead {
  readonly status: number;
  /** Its reason phrase, one character a byte; empty where there is none. */
  readonly statusText: string;
  /** Names and values as they came, one character a byte. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/**
 * Reads the head of a response (RFC 9112, sections 2.2, 4 and 5), and passes over interim ones: any run of 1xx but 101.
 *
 * It reads what browsers and curl read: lines that end with LF alone, folded values, blanks around a status. That is safe
 * only because a connection carries one response and nothing is sent behind it: no part of a response can be taken for
 * another one. A client that pools connections must refuse LF alone. Whatever the leniency, two readings of one head must
 * not be possible: CR inside a line, NUL and a blank before a colon are refused.
 *
 * A line is looked at when it is complete, never before, so the time is linear however the bytes are cut. Messages never
 * quote what was received.
 */
export class HeadReader {
  /** The start of a line whose end has not come. */
  #line = "";
  #size = 0;
  /** The first bytes, until there are four of them. */
  #start = "";
  #emptyLines = 0;
  /** 0 until the status line came. */
  #status = 0;
  #statusText = "";
  #fields: [name: string, value: string][] = [];
  /** The bytes behind the head. They lie in the buffer that was given to `read`: copy them to keep them. */
  rest: Uint8Array = new Uint8Array();

  /**
   * Takes the next bytes of the connection. Returns the head once it is complete, and leaves the bytes behind it in `rest`.
   *
   * Throws `ERR_HTTP_HEAD` for a head that cannot be read.
   */
  read(bytes: Uint8Array): ResponseHead | undefined {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#start.length < 4) this.#recognise(buffer);
    let at = 0;
    while (at < buffer.length) {
      const end = buffer.indexOf(LF, at);
      const next = end === -1 ? buffer.length : end + 1;
      this.#size += next - at;
      if (this.#size > MAX_HEAD) throw unreadable(`is larger than ${MAX_HEAD} bytes`);
      // Concatenation is O(1): the engine joins the parts when the line is first looked at.
      this.#line += buffer.toString("latin1", at, end === -1 ? next : end);
      at = next;
      if (end === -1) break;
      const line = this.#line;
      this.#line = "";
      if (this.#takeLine(line.endsWith("\r") ? line.slice(0, -1) : line)) {
        this.rest = bytes.subarray(at);
        return { status: this.#status, statusText: this.#statusText, fields: this.#fields };
      }
    }
    return undefined;
  }

  /** Names a server of another protocol: such an answer may have no line at all. */
  #recognise(buffer: Buffer): void {
    this.#start += buffer.toString("latin1", 0, 4 - this.#start.length);
    // A TLS alert; the first frame of HTTP/2, its settings.
    if (this.#start.startsWith("\x15\x03")) throw unreadable("is no HTTP but TLS; use https: in the URL");
    if (/^\0\0[\0-\xff]\x04/.test(this.#start)) {
      throw unreadable("is HTTP/2; use the server's port for HTTP/1.1, or https and http2: true");
    }
  }

  /** Takes a line without its end. Returns whether it completes the head of the final response. */
  #takeLine(line: string): boolean {
    if (line.includes("\r")) throw unreadable("has a CR inside a line");
    if (line.includes("\0")) throw unreadable("has a NUL");
    if (this.#status === 0) this.#takeStatusLine(line);
    else if (line === "") return this.#completesResponse();
    else if (isBlank(line.charCodeAt(0))) this.#unfold(line);
    else this.#takeField(line);
    return false;
  }

  #takeStatusLine(line: string): void {
    if (line === "") {
      this.#emptyLines += 1;
      if (this.#emptyLines > MAX_EMPTY_LINES) throw unreadable("begins with too many empty lines");
      return;
    }
    const [, status, statusText = ""] = STATUS_LINE.exec(line) ?? [];
    if (status === undefined) throw unreadable("does not begin with an HTTP status line");
    if (status === "101") throw unreadable("switches to another protocol, which was not asked for");
    this.#status = Number(status);
    this.#statusText = trimBlanks(statusText);
  }

  #takeField(line: string): void {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0));
    if (!isToken(name)) throw unreadable("has a line that is no header");
    this.#fields.push([name, trimBlanks(line.slice(colon + 1))]);
  }

  /** Joins a folded line to its value by one space, as RFC 9112, section 5.2 has it. */
  #unfold(line: string): void {
    const field = this.#fields.at(-1);
    if (field === undefined) throw unreadable("has a blank before the first header");
    const part = trimBlanks(line);
    if (part !== "") field[1] = field[1] === "" ? part : `${field[1]} ${part}`;
  }

  #completesResponse(): boolean {
    if (this.#status >= 200) return true;
    this.#status = 0;
    this.#fields = [];
    return false;
  }
}

/** Takes off SP and HTAB. `String.trim` would take NBSP off as well, and a pattern would be quadratic in the middle. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** What HTTP calls white space within a line: SP and HTAB, nothing else. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** The error for a head that cannot be read. `what` never quotes the head. */
export function unreadable(what: string): Error {
  return codedError(`the head of the response ${what}`, "ERR_HTTP_HEAD");
}
