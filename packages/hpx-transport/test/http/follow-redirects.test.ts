import { getEventListeners } from "node:events";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { type Authentication, NoAuth } from "../../src/auth/authentication.js";
import { TransportError } from "../../src/error.js";
import { type FollowedRedirect, type RedirectableRequest, sendFollowingRedirects } from "../../src/http/redirects.js";
import { FetchClient, NodeClient } from "../../src/http/entries/node.js";
import { rejection } from "../support/promises.js";
import { clients, get, record } from "./support/requests.js";
import { gone, startAnswering, type TestServer } from "./support/servers.js";

interface Seen {
  line: string;
  headers: IncomingMessage["headers"];
  body: string;
}

interface RedirectServer extends TestServer {
  readonly seen: Seen[];
}

/** Answers a path such as `/302?to=URL` with that status and Location, anything else with 200. */
async function startRedirecting(): Promise<RedirectServer> {
  const seen: Seen[] = [];
  const server = await startAnswering(async (request, response) => {
    const url = new URL(request.url ?? "", "http://unused.test");
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: await text(request) });
    const status = Number(url.pathname.slice(1));
    if (status >= 300) response.writeHead(status, { Location: url.searchParams.get("to") ?? undefined });
    response.write("body");
    if (status < 300 || Number.isNaN(status)) response.end();
  });
  return Object.assign(server, { seen });
}

function redirectable(url: URL, overrides: Partial<RedirectableRequest> = {}): RedirectableRequest {
  const { hiddenRedirect: _, ...request } = get(url);
  return { ...request, foreignHeaders: new Headers(), auth: undefined, ...overrides };
}

const headers = new Headers({ accept: "text/event-stream", "x-caller": "secret", "content-type": "text/x" });
const foreignHeaders = new Headers({ accept: "text/event-stream" });

/** Adds a header and a query parameter, both counting. */
function countingAuth(): Authentication & { signed: string[] } {
  const signed: string[] = [];
  return {
    signed,
    sign: ({ method, url, headers: signable, body }) => {
      signed.push(`${method} ${url.pathname} ${String(body)}`);
      signable.set("x-signature", String(signed.length));
      url.searchParams.set("signature", String(signed.length));
    },
  };
}

const redirectTo = (status: number, to: string, base: URL): URL =>
  new URL(`/${status}?${new URLSearchParams({ to }).toString()}`, base);

describe.each(clients)("$name: redirects", ({ make }) => {
  test.each([301, 302, 307, 308, 303])("%i is followed, the redirect's own body is not waited for", async (status) => {
    const server = await startRedirecting();
    const url = redirectTo(status, "/end?x=1", server.url);
    const { response, url: final } = await sendFollowingRedirects(make(), redirectable(url));
    expect(response.status).toBe(200);
    expect(final.href).toBe(new URL("/end?x=1", server.url).href);
    expect(server.seen.map(({ line }) => line)[1]).toBe("GET /end?x=1");
    await gone(await server.nextConnection());
    await record(response.body).ended;
  });

  test.each([
    [303, "GET /end", "", undefined],
    [301, "GET /end", "", undefined],
    [302, "GET /end", "", undefined],
    [307, "POST /end", "order", "text/x"],
    [308, "POST /end", "order", "text/x"],
  ])("a POST answered by %i becomes %s with body %j and content type %s", async (status, line, body, contentType) => {
    const server = await startRedirecting();
    const url = redirectTo(status, "/end", server.url);
    const { response } = await sendFollowingRedirects(
      make(),
      redirectable(url, { method: "POST", body: "order", headers }),
    );
    await record(response.body).ended;
    expect(server.seen[1]).toMatchObject({ line, body });
    expect(server.seen[1]?.headers["content-type"]).toBe(contentType);
    expect(server.seen[1]?.headers["x-caller"]).toBe("secret");
  });

  test("each hop of the first origin is signed anew, and what the signer added to the URL is not carried on", async () => {
    const server = await startRedirecting();
    const auth = countingAuth();
    const url = redirectTo(307, "/end?x=1", server.url);
    const request = redirectable(url, { method: "POST", body: "order", auth, headers });
    const { response, url: final } = await sendFollowingRedirects(make(), request);
    await record(response.body).ended;
    expect(auth.signed).toEqual(["POST /307 order", "POST /end order"]);
    expect(server.seen.map((each) => each.headers["x-signature"])).toEqual(["1", "2"]);
    expect(server.seen[1]?.line).toBe("POST /end?x=1&signature=2");
    expect(final.search).toBe("?x=1");
    expect(request.url.searchParams.has("signature")).toBe(false);
    expect(request.headers.has("x-signature")).toBe(false);
  });

  test("a Location on the same origin that repeats the query is followed without what the signer had added", async () => {
    const seen: string[] = [];
    const server = await startAnswering(async (request, response) => {
      seen.push(request.url ?? "");
      const location = (request.url ?? "").replace("/s", "/end");
      if (seen.length > 1) response.end();
      else response.writeHead(307, { Location: `${location}&y=%20&key=other&key=k%201&&?key=k+1` }).end();
    });
    const auth = { sign: ({ url }: { url: URL }) => void (url.search += "&key=k+1&x=1") };
    const url = new URL("/s?x=1&a=%7e", server.url);
    const { response, url: final } = await sendFollowingRedirects(make(), redirectable(url, { auth }));
    await record(response.body).ended;
    // The caller's own x=1 stays, and so does another value of the same name.
    expect(final.href).toBe(new URL("/end?x=1&a=%7e&x=1&y=%20&key=other&&?key=k+1", server.url).href);
    expect(seen[1]).toBe("/end?x=1&a=%7e&x=1&y=%20&key=other&&?key=k+1&key=k+1&x=1");
  });

  test("onHop gets each redirect before it is followed, without what the signer added, and may end the chain", async () => {
    const server = await startRedirecting();
    const url = redirectTo(302, redirectTo(307, "/end", server.url).href, server.url);
    const hops: string[] = [];
    const onHop = ({ status, from, to }: FollowedRedirect): void => {
      hops.push(`${status} ${from.href === url.href} ${to.pathname}`);
      expect(`${from.search}${to.search}`).not.toContain("signature");
      if (hops.length === 2) throw new Error("far enough");
    };
    const request = redirectable(url, { auth: countingAuth() });
    const error = await rejection(sendFollowingRedirects(make(), request, { onHop }));
    expect((error as Error).message).toBe("far enough");
    expect(hops).toEqual(["302 true /307", "307 false /end"]);
    expect(server.seen).toHaveLength(2);
  });

  test("another origin gets only what is ours, unsigned, and so does the first one when the chain comes back", async () => {
    const home = await startRedirecting();
    const abroad = await startRedirecting();
    const auth = countingAuth();
    const back = redirectTo(307, new URL("/end", home.url).href, abroad.url);
    const url = redirectTo(307, back.href, home.url);
    const { response } = await sendFollowingRedirects(make(), redirectable(url, { headers, foreignHeaders, auth }));
    await record(response.body).ended;
    expect(auth.signed).toHaveLength(1);
    expect(home.seen[0]?.headers).toMatchObject({ "x-caller": "secret", "x-signature": "1" });
    for (const hop of [abroad.seen[0], home.seen[1]]) {
      expect(hop?.headers.accept).toBe("text/event-stream");
      expect(hop?.headers).not.toHaveProperty("x-caller");
      expect(hop?.headers).not.toHaveProperty("x-signature");
      expect(hop?.line).not.toContain("signature");
    }
  });

  test("five are followed, a sixth is REDIRECT", async () => {
    const server = await startRedirecting();
    const chain = (length: number): URL => {
      let to = "/end";
      for (let i = 0; i < length; i += 1) to = redirectTo(302, to, server.url).href;
      return new URL(to);
    };
    const { response } = await sendFollowingRedirects(make(), redirectable(chain(5)));
    expect(response.status).toBe(200);
    response.body.abort();
    const error = await rejection(sendFollowingRedirects(make(), redirectable(chain(6))));
    expect(TransportError.is(error, "REDIRECT")).toBe(true);
    expect(server.seen).toHaveLength(6 + 6);
  });

  test("a redirect that cannot be followed is REDIRECT, and the socket closes", async () => {
    const server = await startRedirecting();
    const error = await rejection(
      sendFollowingRedirects(make(), redirectable(redirectTo(302, "ftp://x/", server.url))),
    );
    expect(TransportError.is(error, "REDIRECT")).toBe(true);
    await gone(await server.nextConnection());
  });
});

describe("a Location that holds what the signer added", () => {
  const KEY = "sk-live/SECRET 123+é";
  const coded = encodeURIComponent(KEY);
  const query = `key=${coded}`;
  const whole = `https://api.test/stream?${query}`;

  /** Sends a signed request that is redirected once; the other origin must never be asked. */
  async function redirected(auth: Authentication, location: string, sameOrigin = false): Promise<unknown> {
    const abroad = await startRedirecting();
    const server = await startAnswering(async (request, response) => {
      const target = sameOrigin ? location : `${abroad.url.href}${location.replace(/^\//, "")}`;
      if (request.url?.startsWith("/end") === true) response.end();
      else response.writeHead(302, { Location: Buffer.from(target).toString("latin1") }).end();
    });
    const hops: string[] = [];
    const url = new URL("/stream?own=caller-value", server.url);
    const onHop = ({ to }: FollowedRedirect): void => void hops.push(to.href);
    try {
      const request = redirectable(url, { auth, headers: new Headers({ "x-own": "callers-own" }) });
      const { response } = await sendFollowingRedirects(new NodeClient(), request, { onHop });
      await record(response.body).ended;
      return hops[0];
    } catch (error) {
      expect(hops).toEqual([]);
      expect(abroad.connections).toBe(0);
      expect(inspect(error)).not.toMatch(/SECRET/i);
      return error;
    }
  }

  const byQuery: Authentication = { sign: ({ url }) => url.searchParams.append("key", KEY) };
  const shapes: [string, string][] = [
    ["the same query", `stream?${query}`],
    ["the same query twice", `stream?${query}&${query}`],
    ["a whole URL in a parameter", `login?return_to=${encodeURIComponent(whole)}`],
    ["a whole URL in a parameter, not encoded", `login?return_to=${whole}`],
    ["a URL in a URL in a URL", `a?to=${encodeURIComponent(`b?to=${encodeURIComponent(`c?to=${whole}`)}`)}`],
    ["in the path", `p/${encodeURIComponent(`/stream?${query}`)}`],
    ["behind a semicolon", `stream?x=1;${query}`],
    ["under another name", `stream?apikey=${coded}`],
    ["with a plus for the blank", `stream?apikey=${coded.replaceAll("%20", "+")}`],
    ["as plain text", `stream?apikey=${KEY.replaceAll(" ", "%20")}`],
    ["in other letters", `p/${coded.toLowerCase()}`],
    ["in a fragment", `stream#${coded}`],
  ];

  test.each(shapes)("on another origin is REDIRECT, and nothing is sent there: %s", async (_name, location) => {
    expect(TransportError.is(await redirected(byQuery, location), "REDIRECT")).toBe(true);
  });

  test.each(shapes.slice(2))("on its own origin at another place is REDIRECT: %s", async (_name, location) => {
    expect(TransportError.is(await redirected(byQuery, `/${location}`, true), "REDIRECT")).toBe(true);
  });

  test.each<[string, string, string]>([
    ["X-Api-Key", "sk-live-SECRET123456", "stream?key=sk-live-SECRET123456"],
    ["Authorization", "Bearer sk-live-SECRET123456", "stream/sk-live-SECRET123456"],
    ["Authorization", `Basic ${btoa("name:pass-SECRET")}`, "?p=pass-SECRET"],
    ["Authorization", `Basic ${btoa("name:pass-SECRET")}`, `?p=${btoa("name:pass-SECRET")}`],
    ["Cookie", "a=b; session=SECRET123456", "?s=SECRET123456"],
  ])("from the header %s: %s", async (name, value, location) => {
    const auth: Authentication = { sign: ({ headers: signable }) => signable.set(name, value) };
    for (const sameOrigin of [false, true]) {
      const path = sameOrigin ? `/${location}` : location;
      expect(TransportError.is(await redirected(auth, path, sameOrigin), "REDIRECT")).toBe(true);
    }
  });

  test("from the path that the signer made", async () => {
    const auth: Authentication = {
      sign({ url }) {
        url.pathname = `/bot-SECRET123456${url.pathname}`;
      },
    };
    expect(TransportError.is(await redirected(auth, "bot-SECRET123456/end"), "REDIRECT")).toBe(true);
  });

  test("short values and what the caller gave are followed", async () => {
    const auth: Authentication = {
      sign({ url, headers: signable }) {
        url.searchParams.set("v", "1");
        signable.set("x-version", "5");
      },
    };
    expect(await redirected(auth, "end?limit=1&own=caller-value&x=callers-own/5")).toContain("callers-own/5");
  });
});

describe("signing", () => {
  test.each([
    [
      "throws",
      () => {
        throw new Error("no key");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no key"))],
    [
      "throws a transport error",
      () => {
        throw TransportError.config("key", "none", "give one");
      },
    ],
  ])("a signer that %s is AUTH with its cause; nothing is sent", async (_how, sign) => {
    const server = await startRedirecting();
    const error = await rejection(
      sendFollowingRedirects(new NodeClient(), redirectable(server.url, { auth: { sign } })),
    );
    expect(TransportError.is(error, "AUTH")).toBe(true);
    expect((error as Error).cause).toBeInstanceOf(Error);
    expect(server.connections).toBe(0);
  });

  test("a signer that never settles does not hold up the signal", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const auth: Authentication = { sign: () => new Promise<void>(() => {}) };
    const sent = rejection(
      sendFollowingRedirects(
        new NodeClient(),
        redirectable(new URL("http://127.0.0.1:1/"), { auth, signal: controller.signal }),
      ),
    );
    controller.abort(reason);
    expect(await sent).toBe(reason);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });
});

describe("redirects that the runtime hides", () => {
  // What a browser shows of a redirect: nothing.
  const browserLike: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (init?.redirect !== "manual" || response.status < 300) return response;
    await response.body?.cancel();
    const opaque = new Response(null, { status: 200 });
    Object.defineProperties(opaque, { type: { value: "opaqueredirect" }, status: { value: 0 } });
    return opaque;
  };
  const client = new FetchClient({ fetch: browserLike });

  test.each([
    ["nothing of the caller's goes along", undefined],
    ["the caller's authentication is NoAuth", new NoAuth()],
  ])("are left to it when %s", async (_when, auth) => {
    const server = await startRedirecting();
    const url = redirectTo(307, "/end", server.url);
    const { response } = await sendFollowingRedirects(
      client,
      redirectable(url, { headers: foreignHeaders, foreignHeaders, auth }),
    );
    const recording = record(response.body);
    await recording.ended;
    expect([response.status, recording.text()]).toEqual([200, "body"]);
  });

  test.each([
    ["a header", { headers, foreignHeaders }],
    ["authentication", { auth: countingAuth() }],
  ])("are REDIRECT when %s of the caller's would go along", async (_what, overrides) => {
    const server = await startRedirecting();
    const url = redirectTo(307, "/end?secret", server.url);
    const error = await rejection(sendFollowingRedirects(client, redirectable(url, overrides)));
    expect(TransportError.is(error, "REDIRECT")).toBe(true);
    expect((error as Error).message).not.toContain("secret");
    expect(server.seen).toHaveLength(1);
  });
});
