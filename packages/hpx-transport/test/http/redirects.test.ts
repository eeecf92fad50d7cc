import { describe, expect, test } from "vitest";
import { TransportError } from "../../src/error.js";
import { type Hop, isRedirect, nextHop } from "../../src/http/redirects.js";

const hop = (url: string, overrides: Partial<Hop> = {}): Hop => ({
  url: new URL(url),
  method: "GET",
  body: undefined,
  bodyDropped: false,
  foreign: false,
  redirects: 0,
  ...overrides,
});

test.each([
  [200, false],
  [300, false],
  [301, true],
  [302, true],
  [303, true],
  [304, false],
  [305, false],
  [306, false],
  [307, true],
  [308, true],
  [309, false],
])("%i is a redirect: %s", (status, expected) => {
  expect(isRedirect(status)).toBe(expected);
});

describe("method and body", () => {
  test.each([
    [301, "GET", "GET", false],
    [301, "POST", "GET", true],
    [301, "PUT", "PUT", false],
    [302, "POST", "GET", true],
    [302, "HEAD", "HEAD", false],
    [302, "DELETE", "DELETE", false],
    [303, "GET", "GET", true],
    [303, "HEAD", "HEAD", true],
    [303, "POST", "GET", true],
    [303, "PUT", "GET", true],
    [307, "GET", "GET", false],
    [307, "POST", "POST", false],
    [308, "POST", "POST", false],
    [308, "PUT", "PUT", false],
  ])("%i after %s: %s, body dropped: %s", (status, method, next, dropped) => {
    const result = nextHop(hop("http://a.test/", { method, body: "b" }), status, "/next");
    expect(result).toMatchObject({ method: next, bodyDropped: dropped, body: dropped ? undefined : "b" });
  });

  test("a body that was dropped stays dropped", () => {
    expect(nextHop(hop("http://a.test/", { bodyDropped: true }), 307, "/next")).toMatchObject({ bodyDropped: true });
  });
});

describe("where it leads", () => {
  test.each([
    ["http://a.test/x/y?q=1", "/z", "http://a.test/z", false],
    ["http://a.test/x/y?q=1", "z?r=2", "http://a.test/x/z?r=2", false],
    ["http://a.test/x/y?q=1", "?r=2", "http://a.test/x/y?r=2", false],
    ["http://a.test/x/y", "//b.test/z", "http://b.test/z", true],
    ["http://a.test/", "http://a.test:80/z", "http://a.test/z", false],
    ["http://a.test/", "http://a.test:81/z", "http://a.test:81/z", true],
    ["http://a.test/", "http://A.TEST/z", "http://a.test/z", false],
    ["http://a.test/", "https://a.test/z", "https://a.test/z", true],
    ["http://a.test/#here", "/z", "http://a.test/z#here", false],
    ["http://a.test/#here", "/z#there", "http://a.test/z#there", false],
    ["http://a.test/", "  /z\t", "http://a.test/z", false],
    ["http://a.test/", "/\xe6\x9d\xb1", "http://a.test/%E6%9D%B1", false],
  ])("%s with Location %j: %s, foreign: %s", (from, location, to, foreign) => {
    const next = nextHop(hop(from), 302, location);
    if (TransportError.is(next)) throw next;
    expect([next.url.href, next.foreign, next.redirects]).toEqual([to, foreign, 1]);
  });

  test("a chain that comes back to its origin stays foreign", () => {
    expect(nextHop(hop("http://b.test/", { foreign: true }), 302, "http://a.test/")).toMatchObject({ foreign: true });
    expect(nextHop(hop("http://b.test/", { foreign: true }), 302, "/same")).toMatchObject({ foreign: true });
  });
});

describe("REDIRECT, fatal, without showing anything of the Location", () => {
  test.each([
    ["no Location", null, "without a Location"],
    ["an empty one", "", "without a Location"],
    ["one that is no URL", "http://[secret", "no URL"],
    ["a port out of range", "http://a.test:99999/?secret", "no URL"],
    ["another scheme", "ftp://secret/?secret", "to the scheme ftp:, neither http nor https"],
    ["an unknown scheme", "secret:x", "to a scheme that is neither http nor https"],
    ["a script", "javascript:secret", "to the scheme javascript:, neither"],
    ["data", "data:text/event-stream,secret", "to the scheme data:, neither"],
    ["credentials", "https://u:secret@b.test/secret", "credentials in its Location"],
    ["a name alone", "https://secret@a.test/", "credentials in its Location"],
    ["https to http", "http://a.test/secret", "from https to http"],
  ])("%s", (_name, location, reason) => {
    const error = nextHop(hop("https://a.test/path?secret"), 302, location);
    if (!TransportError.is(error, "REDIRECT")) throw new Error("expected REDIRECT");
    expect(error.retryable).toBe(false);
    expect(error.details.from).toBe("https://a.test/path");
    expect(error.message).toContain(reason);
    expect(error.message).not.toContain("secret");
  });

  test("the sixth redirect", () => {
    expect(TransportError.is(nextHop(hop("http://a.test/", { redirects: 4 }), 302, "/"))).toBe(false);
    expect(TransportError.is(nextHop(hop("http://a.test/", { redirects: 5 }), 302, "/"), "REDIRECT")).toBe(true);
  });
});
