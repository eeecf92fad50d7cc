import { describe, expect, test } from "vitest";
import { cutAt, readAnyhow, readPieces } from "../support/heads.js";

const OK = "HTTP/1.1 200 OK\r\n";

/** A body of 4 bytes and what lies behind it, whole where nothing says otherwise. */
const read = (headers: Record<string, string> = {}, body = "body", end = "complete", status = 200): string =>
  JSON.stringify({ status, headers, body, end });

const sized = { "content-length": "4" };
const inChunks = { "transfer-encoding": "chunked" };
const CHUNKS = "4\r\nbody\r\n0\r\n\r\n";

// RFC 9112 and, where it leaves a choice, what curl and browsers do.
describe("read, whole, byte by byte and cut at every place", () => {
  test.each<[string, string, string]>([
    ["a plain head", `${OK}Content-Length: 4\r\n\r\nbody`, read(sized)],
    ["lines that end with LF alone", "HTTP/1.1 200 OK\nContent-Length: 4\n\nbody", read(sized)],
    ["LF and CRLF mixed", "HTTP/1.1 200 OK\nContent-Length: 4\r\n\nbody", read(sized)],
    ["controls in a value", `${OK}X: a\x01\x1f\x7fb\r\n\r\nbody`, read({ x: "a\x01\x1f\x7fb" }, "body", "until close")],
    ["bytes over 0x7f in a value", `${OK}X: \xe9\xa0\r\n\r\nbody`, read({ x: "\xe9\xa0" }, "body", "until close")],
    ["blanks around a value", `${OK}X: \t a \t b\t \r\n\r\n`, read({ x: "a \t b" }, "", "until close")],
    ["no blank behind the colon", `${OK}Content-Length:4\r\n\r\nbody`, read(sized)],
    ["an empty value", `${OK}X:\r\nY: \t\r\n\r\n`, read({ x: "", y: "" }, "", "until close")],
    ["a folded value", `${OK}X: a\r\n \t b\r\n\tc\r\n\r\n`, read({ x: "a b c" }, "", "until close")],
    ["a fold that holds blanks only", `${OK}X: a\r\n \t\r\n b\r\n\r\n`, read({ x: "a b" }, "", "until close")],
    ["a value that begins in a fold", `${OK}Content-Length:\r\n 4\r\n\r\nbody`, read(sized)],
    ["a folded coding, as it is joined", `${OK}Transfer-Encoding:\r\n chunked\r\n\r\n${CHUNKS}`, read(inChunks)],
    [
      "a length beside chunks: the chunks",
      `${OK}Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
      read({ "content-length": "9", ...inChunks }),
    ],
    [
      "chunks beside a length that is none",
      `${OK}Transfer-Encoding: chunked\r\nContent-Length: x\r\n\r\n${CHUNKS}`,
      read({ ...inChunks, "content-length": "x" }),
    ],
    [
      "the same length twice",
      `${OK}Content-Length: 4\r\ncontent-length: 4\r\n\r\nbody`,
      read({ "content-length": "4, 4" }),
    ],
    [
      "the same length twice in a list",
      `${OK}Content-Length: 4 ,\t4\r\n\r\nbody`,
      read({ "content-length": "4 ,\t4" }),
    ],
    [
      "chunked twice",
      `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
      read({ "transfer-encoding": "chunked, chunked" }),
    ],
    [
      "gzip beneath chunks, which is the consumer's",
      `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n${CHUNKS}`,
      read({ "transfer-encoding": "gzip, chunked" }),
    ],
    [
      "chunks beneath another coding: until the close",
      `${OK}Transfer-Encoding: chunked, gzip\r\n\r\nbody`,
      read({ "transfer-encoding": "chunked, gzip" }, "body", "until close"),
    ],
    [
      "an unknown coding: until the close",
      `${OK}Transfer-Encoding: xchunked\r\nContent-Length: 1\r\n\r\nbody`,
      read({ "transfer-encoding": "xchunked", "content-length": "1" }, "body", "until close"),
    ],
    [
      "a tab behind the coding",
      `${OK}Transfer-Encoding: Chunked\t\r\n\r\n${CHUNKS}`,
      read({ "transfer-encoding": "Chunked" }),
    ],
    [
      "an empty member before the coding",
      `${OK}Transfer-Encoding: ,chunked\r\n\r\n${CHUNKS}`,
      read({ "transfer-encoding": ",chunked" }),
    ],
    [
      "an empty coding, as if not there",
      `${OK}Transfer-Encoding:\r\nContent-Length: 4\r\n\r\nbody`,
      read({ "transfer-encoding": "", ...sized }),
    ],
    ["chunks in HTTP/1.0", `HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`, read(inChunks)],
    ["no reason", "HTTP/1.1 200\r\nContent-Length: 4\r\n\r\nbody", read(sized)],
    ["an empty reason", "HTTP/1.1 200 \r\nContent-Length: 4\r\n\r\nbody", read(sized)],
    ["two blanks before the status", "HTTP/1.1  200 OK\r\nContent-Length: 4\r\n\r\nbody", read(sized)],
    ["tabs in the status line", "HTTP/1.1\t200\tOK\r\nContent-Length: 4\r\n\r\nbody", read(sized)],
    ["HTTP/2.0", "HTTP/2.0 200 OK\r\nContent-Length: 4\r\n\r\nbody", read(sized)],
    ["HTTP/1.2", "HTTP/1.2 200 OK\r\nContent-Length: 4\r\n\r\nbody", read(sized)],
    [
      "a status that is not known",
      "HTTP/1.1 999 Odd\r\nContent-Length: 4\r\n\r\nbody",
      read(sized, "body", "complete", 999),
    ],
    ["four empty lines first", `\r\n\n\r\n\n${OK}Content-Length: 4\r\n\r\nbody`, read(sized)],
    [
      "any run of interim answers",
      `HTTP/1.1 103 E\r\nLink: <a>\r\n\r\nHTTP/1.1 100 Continue\n\nHTTP/1.0 102\r\n\r\nHTTP/1.1 199 X\r\n\r\nHTTP/1.1 100 C\r\nContent-Length: 9\r\n\r\n${OK}Content-Length: 4\r\n\r\nbody`,
      read(sized),
    ],
    ["a length of 0", `${OK}Content-Length: 00\r\n\r\nmore`, read({ "content-length": "00" }, "")],
    ["bytes behind the length", `${OK}Content-Length: 4\r\n\r\nbodyHTTP/1.1 200 OK`, read(sized)],
    ["a name like that of a prototype", `${OK}X-Y: __proto__\r\n\r\n`, read({ "x-y": "__proto__" }, "", "until close")],
  ])("%s", (_what, text, expected) => {
    expect([...readAnyhow(text)]).toEqual([expected]);
  });

  test.each([
    ["HEAD", "HEAD", 200],
    ["204", "GET", 204],
    ["304", "GET", 304],
  ])("%s has no body, whatever length or coding it names", (_what, method, status) => {
    for (const header of [
      "Content-Length: 4",
      "Content-Length: 1, 2",
      "Transfer-Encoding: chunked, chunked, x, chunked",
    ]) {
      const [outcome, ...others] = readAnyhow(`HTTP/1.1 ${status} X\r\n${header}\r\n\r\nmore`, method);
      expect(others).toEqual([]);
      expect(JSON.parse(outcome ?? "")).toMatchObject({ status, body: "", end: "complete" });
    }
  });
});

describe("refused, whole, byte by byte and cut at every place", () => {
  test.each([
    ["a CR inside a line", `${OK}X: a\rb\r\n\r\n`],
    ["a CR in the reason", "HTTP/1.1 200 O\rK\r\n\r\n"],
    ["CR CR LF", `${OK}X: a\r\r\n\r\n`],
    ["CR CR LF for the end", `${OK}\r\r\n`],
    ["CR CR LF before the status line", `\r\r\n${OK}\r\n`],
    ["CR CR LF and an empty line before the status line", `\r\r\n\r\n${OK}\r\n`],
    ["CR CR LF behind an interim answer", `HTTP/1.1 100 C\r\n\r\n\r\r\n\r\n${OK}\r\n`],
    ["NUL in a value", `${OK}X: a\0b\r\n\r\n`],
    ["NUL in a name", `${OK}X\0: a\r\n\r\n`],
    ["NUL in the reason", "HTTP/1.1 200 O\0K\r\n\r\n"],
    ["a blank before the first header", `${OK} X: a\r\n\r\n`],
    ["a blank before the status line", ` ${OK}\r\n`],
    ["a blank line of blanks before the status line", ` \r\n${OK}\r\n`],
    ["two lengths", `${OK}Content-Length: 4\r\nContent-Length: 5\r\n\r\n`],
    ["two lengths in a list", `${OK}Content-Length: 4, 5\r\n\r\n`],
    ["a length that is folded in two", `${OK}Content-Length: 1\r\n 0\r\n\r\n`],
    ["a sign before the length", `${OK}Content-Length: +9\r\n\r\n`],
    ["a minus before the length", `${OK}Content-Length: -9\r\n\r\n`],
    ["a hexadecimal length", `${OK}Content-Length: 0x9\r\n\r\n`],
    ["a length and a semicolon", `${OK}Content-Length: 9;\r\n\r\n`],
    ["a length and a comma", `${OK}Content-Length: 9,\r\n\r\n`],
    ["an empty length", `${OK}Content-Length:\r\n\r\n`],
    ["a length after a no-break space", `${OK}Content-Length: \xa09\r\n\r\n`],
    ["a length after a form feed", `${OK}Content-Length: \x0c9\r\n\r\n`],
    ["a length after a vertical tab", `${OK}Content-Length: 9\x0b\r\n\r\n`],
    ["a length with an exponent", `${OK}Content-Length: 1e3\r\n\r\n`],
    ["a length that no number holds", `${OK}Content-Length: 9007199254740993\r\n\r\n`],
    ["chunks in another coding in chunks", `${OK}Transfer-Encoding: chunked, identity, chunked\r\n\r\n`],
    ["a version in small letters", "http/1.1 200 OK\r\n\r\n"],
    ["ICY", "ICY 200 OK\r\n\r\n"],
    ["HTTP/0.9", "HTTP/0.9 200 OK\r\n\r\n"],
    ["no minor version", "HTTP/1 200 OK\r\n\r\n"],
    ["a version of two digits", "HTTP/1.10 200 OK\r\n\r\n"],
    ["junk first", "junk\r\nHTTP/1.1 200 OK\r\n\r\n"],
    ["junk before the status line", "xHTTP/1.1 200 OK\r\n\r\n"],
    ["another protocol", "SSH-2.0-OpenSSH_9.9\r\n"],
    ["no blank behind the status", "HTTP/1.1 200OK\r\n\r\n"],
    ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"],
    ["a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n"],
    ["a status under 100", "HTTP/1.1 099 OK\r\n\r\n"],
    ["no status", "HTTP/1.1\r\n\r\n"],
    ["five empty lines first", `\r\n\r\n\r\n\r\n\r\n${OK}\r\n`],
    ["101, which was not asked for", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"],
    ["101 after another interim answer", "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 101 S\r\n\r\n"],
    ["a blank before the colon", `${OK}Content-Length : 4\r\n\r\n`],
    ["no colon", `${OK}Content-Length 4\r\n\r\n`],
    ["no name", `${OK}: 4\r\n\r\n`],
    ["a name that is no token", `${OK}X(Y: 4\r\n\r\n`],
    ["a name with a byte over 0x7f", `${OK}X\xe9: 4\r\n\r\n`],
  ])("%s", (_what, text) => {
    expect([...readAnyhow(text)]).toEqual(['"refused"']);
  });
});

describe("the limit of 256 KiB holds for all heads together", () => {
  const LIMIT = 262_144;
  const filled = (before: string, size: number): string => {
    const rest = "\r\n\r\n";
    return `${before}${OK}X: ${"a".repeat(size - before.length - OK.length - 3 - rest.length)}${rest}`;
  };
  const interim = `HTTP/1.1 103 Early Hints\r\nLink: ${"b".repeat(100_000)}\r\n\r\n`;

  test.each([
    ["one line", ""],
    ["interim heads before", interim + interim],
    ["empty lines before", "\r\n\n\n\n"],
  ])("%s: exactly as much is read, one byte more is not", (_what, before) => {
    for (const cuts of [[], [1], [65_536, 131_072, LIMIT - 1], [LIMIT - 3]]) {
      expect(readPieces(cutAt(filled(before, LIMIT), cuts))).toMatchObject({ status: 200 });
      expect(readPieces(cutAt(filled(before, LIMIT + 1), cuts))).toBe("refused");
    }
    expect(readPieces(cutAt(`${filled(before, LIMIT)}${"c".repeat(100_000)}`, []))).toMatchObject({ status: 200 });
  });

  test("a line without end is refused as soon as it is too long", () => {
    expect(readPieces(cutAt("a".repeat(LIMIT), []))).toBe("unfinished");
    expect(readPieces(cutAt("a".repeat(LIMIT + 1), []))).toBe("refused");
  });
});
