import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TransportError } from "../../../src/error.js";
import { NodeClient } from "../../../src/http/entries/node.js";
import { type RequestToWrite, writeHead } from "../../../src/http/node/h1/request.js";
import { USER_AGENT } from "../../../src/http/node/user-agent.js";
import { rejection } from "../../support/promises.js";
import { get } from "../support/requests.js";
import { startTcp } from "../support/servers.js";

const GET: RequestToWrite = { method: "GET", target: "/a?b", host: "h.test:8", headers: [], bodyLength: undefined };

/** The head, or the code of what refuses it. */
function written(overrides: Partial<RequestToWrite>): string {
  try {
    return writeHead({ ...GET, ...overrides });
  } catch (error) {
    const { code, message } = error as Error & { code: string };
    expect(message).not.toMatch(/s3cret/);
    return code;
  }
}

const REFUSED = "ERR_HTTP_REQUEST";
/** Every control character, and code points that end a line once they are cut to a byte (U+010A) or normalised. */
const evil = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  0x7f,
  0x100,
  0x10a,
  0x10d,
  0x560a,
  0x2028,
  0xff0a,
  0xd800,
]
  .map((code) => String.fromCharCode(code))
  .concat("\u{1f600}");

describe("a head of a request", () => {
  test("has the request line, Host, the caller's headers as they are, Connection, and the length of a body", () => {
    expect(
      written({
        method: "POST",
        headers: [
          ["x-a", "b\xe9\t"],
          ["Accept", ""],
          ["user-agent", "mine/1"],
        ],
        bodyLength: 3,
      }),
    ).toBe(
      "POST /a?b HTTP/1.1\r\nHost: h.test:8\r\nx-a: b\xe9\t\r\nAccept: \r\nuser-agent: mine/1\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\n",
    );
  });

  test("says that there is no body only where one is usual", () => {
    for (const method of ["POST", "PUT", "PATCH"]) expect(written({ method })).toContain("Content-Length: 0\r\n");
    for (const method of ["GET", "DELETE", "HEAD", "QUERY"])
      expect(written({ method })).not.toContain("Content-Length");
    expect(written({ method: "DELETE", bodyLength: 0 })).toContain("Content-Length: 0\r\n");
  });

  test("takes the caller's Host, Connection and a right length, each once", () => {
    const headers: [string, string][] = [
      ["host", "other.test"],
      ["connection", "close"],
      ["content-length", "3"],
    ];
    expect(written({ headers, bodyLength: 3 })).toBe(
      `GET /a?b HTTP/1.1\r\nHost: other.test\r\nUser-Agent: ${USER_AGENT}\r\nConnection: close\r\nContent-Length: 3\r\n\r\n`,
    );
    expect(written({ headers: [["content-length", "0"]] })).not.toContain("Content-Length");
  });

  test.each(evil)("is refused with %j in any place", (char) => {
    for (const text of [char, `${char}s3cret`, `s3cret${char}`, `s3${char}cret`]) {
      expect(written({ method: text })).toBe(REFUSED);
      expect(written({ target: `/${text}` })).toBe(REFUSED);
      expect(written({ host: text })).toBe(REFUSED);
      expect(written({ headers: [["Host", text]] })).toBe(REFUSED);
      expect(written({ headers: [[text, "v"]] })).toBe(REFUSED);
      if (char !== "\t") expect(written({ headers: [["X-Key", text]] })).toBe(REFUSED);
    }
  });

  test.each<[string, Partial<RequestToWrite>]>([
    ["no method", { method: "" }],
    ["a blank in the method", { method: "GET /x" }],
    ["no target", { target: "" }],
    ["a blank in the target", { target: "/ HTTP/1.1" }],
    ["a byte over 0x7f in the target", { target: "/\xe9" }],
    ["no host", { host: "" }],
    ["a login in the host", { host: "user@h.test" }],
    ["a path in the host", { host: "h.test/x" }],
    [
      "two hosts",
      {
        headers: [
          ["Host", "a.test"],
          ["host", "a.test"],
        ],
      },
    ],
    ["two hosts, joined", { headers: [["Host", "a.test, b.test"]] }],
    ["no name", { headers: [["", "v"]] }],
    ["a colon in a name", { headers: [["X:", "v"]] }],
    ["a length that is not the body's", { headers: [["Content-Length", "4"]], bodyLength: 3 }],
    ["a length that is written otherwise", { headers: [["Content-Length", "03"]], bodyLength: 3 }],
    ["a length without a body", { headers: [["Content-Length", "4"]] }],
    ["two lengths, joined", { headers: [["Content-Length", "3, 3"]], bodyLength: 3 }],
    ["Transfer-Encoding", { headers: [["transfer-encoding", "chunked"]] }],
    ["Expect", { headers: [["Expect", "100-continue"]] }],
    ["Upgrade", { headers: [["Upgrade", "h2c"]] }],
    ["Keep-Alive", { headers: [["Keep-Alive", "timeout=5"]] }],
    ["another Connection", { headers: [["Connection", "upgrade"]] }],
    [
      "two Connections",
      {
        headers: [
          ["Connection", "close"],
          ["Connection", "close"],
        ],
      },
    ],
  ])("is refused with %s", (_what, overrides) => {
    expect(written(overrides)).toBe(REFUSED);
  });

  test("has the lines that were asked for and no other, whatever is tried", () => {
    const text = fc.oneof(
      fc.constantFrom("a", "GET", "/x", "h.test", "Host"),
      fc.string({ unit: "binary", maxLength: 6 }),
    );
    const tricky = fc.array(fc.oneof(text, fc.constantFrom("\r", "\n", "\r\n", "\0", "\u010a", "\u560d", ": ")), {
      maxLength: 4,
    });
    const field = fc.tuple(
      fc.constantFrom("X-A", "accept", "b"),
      tricky.map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(tricky, tricky, fc.array(field, { maxLength: 3 }), (method, target, headers) => {
        const head = written({ method: method.join("") || "GET", target: `/${target.join("")}`, headers });
        if (head === REFUSED) return;
        const lines = head.split(/\r\n|\r|\n/);
        expect(lines.slice(-2)).toEqual(["", ""]);
        expect(lines.filter((line) => /^(?:X-A|accept|b):/.test(line))).toHaveLength(headers.length);
        expect(Buffer.from(head, "latin1").toString("latin1")).toBe(head);
        expect(lines.length).toBeLessThanOrEqual(6 + headers.length);
      }),
      { numRuns: 2000 },
    );
  });
});

test.each([
  ["a method that is none", { method: "GE T" }],
  [
    "two hosts",
    {
      headers: new Headers([
        ["Host", "a.test"],
        ["Host", "b.test"],
      ]),
    },
  ],
  ["a wrong length", { method: "POST", body: "order", headers: new Headers({ "Content-Length": "4" }) }],
])("%s is CONFIG, and no connection is made", async (_what, overrides) => {
  const server = await startTcp(() => {});
  const error = await rejection(new NodeClient().send(get(server.url, overrides)));
  expect(TransportError.is(error, "CONFIG") && error.details.field).toBe("request");
  expect(server.connections).toBe(0);
});
