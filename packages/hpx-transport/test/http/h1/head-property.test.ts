import * as fc from "fast-check";
import { expect, test } from "vitest";
import { HeadReader } from "../../../src/http/node/h1/head.js";
import { cutAt, readPieces } from "../support/heads.js";

/** Parts of heads, sound and odd, so that random sequences of them are often read to the end. */
const part = fc.oneof(
  {
    arbitrary: fc.constantFrom("\r\n", "\n", "X: a", "Content-Length: 3", "Transfer-Encoding: chunked", " b", ": "),
    weight: 6,
  },
  {
    arbitrary: fc.constantFrom("HTTP/1.1 200 OK\r\n", "HTTP/1.1 103 E\r\n\r\n", "\r\n\r\n", "3\r\nabc\r\n0\r\n\r\n"),
    weight: 4,
  },
  { arbitrary: fc.constantFrom("\r", "\0", "\t", "\x0b", "\xa0", ",", "chunked", "gzip"), weight: 2 },
  { arbitrary: fc.string({ maxLength: 8, unit: "binary-ascii" }), weight: 1 },
);
const head = fc.array(part, { maxLength: 24 }).map((parts) => `HTTP/1.1 200 OK\r\n${parts.join("")}`);

test("a head is read or refused alike however it is cut, and no value has NUL, CR or LF", () => {
  let whole = 0;
  fc.assert(
    fc.property(head, fc.array(fc.nat(), { maxLength: 30 }), (text, cuts) => {
      const expected = readPieces(cutAt(text, []));
      expect(
        readPieces(
          cutAt(
            text,
            cuts.map((place) => place % (text.length + 1)),
          ),
        ),
      ).toEqual(expected);
      if (typeof expected === "string") return;
      whole += 1;
      for (const value of Object.values(expected.headers)) expect(value).not.toMatch(/[\0\r\n]/);
    }),
    { numRuns: 3000 },
  );
  // The property says little about heads of which none is read.
  expect(whole).toBeGreaterThan(100);
});

const SIZE = 250_000;
const repeated = (text: string, size = SIZE): string => text.repeat(Math.floor(size / text.length));

test.each([
  ["one long line", `X: ${repeated("a")}`],
  ["blanks in the middle of a value", `X: a${repeated(" ")}b`],
  ["blanks behind a status", ""],
  ["many headers", repeated("X: a\r\n")],
  ["many names", Array.from({ length: 20_000 }, (_, i) => `X-${i}: a\r\n`).join("")],
  ["many folds", `X: a${repeated("\r\n b")}`],
  ["folds of blanks", `X: a${repeated("\r\n  ")}`],
  ["a long list of codings", `Transfer-Encoding: ${repeated("chunked,")}chunked`],
  ["a long list of lengths", `Content-Length: ${repeated("1,")}1`],
  ["many interim heads", `\r\n${repeated("HTTP/1.1 103 E\r\n\r\n")}HTTP/1.1 200 OK`],
])("%s: the time is linear, also byte by byte", (_what, middle) => {
  const text = `HTTP/1.1 ${middle === "" ? repeated(" ") : ""}${middle.startsWith("\r\n") ? 103 : 200} OK\r\n${middle}\r\n\r\n`;
  const all = Array.from({ length: text.length - 1 }, (_, i) => i + 1);
  for (const cuts of [[], all]) {
    const pieces = cutAt(text, cuts);
    const before = performance.now();
    expect(readPieces(pieces)).toMatchObject({ status: 200 });
    // Milliseconds when linear, minutes when quadratic.
    expect(performance.now() - before).toBeLessThan(5000);
  }
});

test("no message quotes what was received", () => {
  for (const text of [
    "s3cret\r\n",
    "HTTP/1.1 200 OK\r\ns3cret\r\n",
    "HTTP/1.1 200 OK\r\nX: s3cret\0\r\n",
    "HTTP/1.1 s3cret\n",
  ]) {
    let message = "";
    try {
      new HeadReader().read(Buffer.from(text, "latin1"));
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toMatch(/^the head of the response /);
    expect(message).not.toContain("s3cret");
  }
});
