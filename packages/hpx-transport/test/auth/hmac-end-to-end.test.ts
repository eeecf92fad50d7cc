import { describe, expect, test } from "vitest";
import {
  BearerAuth,
  CompositeAuth,
  HmacAuth,
  type HmacAuthOptions,
  type HmacRecipeName,
  hmacRecipes,
  NoAuth,
} from "../../src/index.js";
import { SseConnection, type SseProtocolHandler } from "../../src/sse/index.js";
import type { Exchange, MockSseServer, Script } from "../../src/testing/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, take } from "../sse/support.js";
import { findFault, secrets } from "./verify.js";

function optionsOf(recipe: HmacRecipeName): HmacAuthOptions {
  const passphrase = recipe === "okx" || recipe === "coinbase" ? "passphrase" : undefined;
  return { recipe, key: "key", secret: secrets[recipe], passphrase };
}

/** A server that judges every request and plays the next script for those that are right; 401 says what is wrong. */
async function startVerifying(
  recipe: HmacRecipeName,
  scripts: readonly (Script | ((exchange: Exchange) => Script))[],
  clock: () => number = Date.now,
): Promise<MockSseServer> {
  const server = await startServer();
  const left = [...scripts];
  server.otherwise(async (exchange) => {
    const fault = findFault(recipe, exchange.request, clock());
    const script = left[0] ?? expect.unreachable("one request too many");
    if (fault === undefined) left.shift();
    const played = typeof script === "function" ? script(exchange) : script;
    await exchange.play(fault === undefined ? played : { status: 401, body: fault });
  });
  return server;
}

const first: Script = { body: "id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\nda", finish: "cut" };
const second: Script = { body: "id: 3\ndata: c\n\n" };
const third: Script = { body: "id: 4\ndata: d\n\n", finish: "hold" };

describe.each(hmacRecipes)("a server of the kind %s takes every request", (recipe) => {
  test("of a GET with a query that needs encoding, over reconnects with a Last-Event-ID", async () => {
    const server = await startVerifying(recipe, [first, { status: 503 }, second, third]);
    const url = `${server.url}v1/über%20all?symbol=１２&n=a%20b+c&x='~`;
    const events = await take(open({ url, auth: new HmacAuth(optionsOf(recipe)), reconnect: prompt }), 4);
    expect(events.map(({ data }) => data)).toEqual(["a", "b", "c", "d"]);
    expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "2", "2", "3"]);
    // Each has a nonce or time of its own, and only one of it.
    for (const request of server.requests)
      expect(request.url.match(/signature=|timestamp=|nonce=/g)?.length ?? 0).toBeLessThan(3);
  });

  test("of a GET whose cursor is in the query, over reconnects", async () => {
    const server = await startVerifying(recipe, [
      { body: "id: a b+c&d=é'\ndata: a\n\n" },
      { body: "id: 2\ndata: b\n\n", finish: "cut" },
      third,
    ]);
    const url = `${server.url}v1/x?since=&z=%7e`;
    const handler: SseProtocolHandler = { classifyEvent: () => "data", cursor: { query: "since" } };
    const connection = open({ url, auth: new HmacAuth(optionsOf(recipe)), reconnect: prompt }, handler);
    await take(connection, 3);
    const cursors = server.requests.map((request) => new URL(request.url, server.url).searchParams.get("since"));
    expect(cursors).toEqual(["", "a b+c&d=é'", "2"]);
    expect(server.requests.every((request) => request.url.includes("z=%7e"))).toBe(true);
  });

  test.each([
    ["text", "a=1&text=caf%C3%A9&b=é"],
    ["bytes", new TextEncoder().encode("a=1&b=é")],
    ["a function", () => `at=${performance.now()}`],
  ])("of a POST whose body is %s, over reconnects with a Last-Event-ID", async (_what, body) => {
    const server = await startVerifying(recipe, [first, second, third]);
    const auth = new HmacAuth(optionsOf(recipe));
    const source = { url: `${server.url}v1/x?a=1`, method: "POST", body, auth, resend: true, reconnect: prompt };
    expect((await take(open(source), 4)).map(({ data }) => data)).toEqual(["a", "b", "c", "d"]);
    expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "2", "3"]);
  });

  test("of a chain of redirects on its own origin, each hop signed anew", async () => {
    const server = await startVerifying(recipe, [
      { status: 307, headers: { location: "/v2/x?b=2" } },
      // As servers do that only add a slash: the signature comes back with the query.
      ({ request }) => ({ status: 307, headers: { location: request.url.replace("/v2/x", "/v2/x/") } }),
      { status: 303, headers: { location: "/v3/x" } },
      third,
    ]);
    const auth = new HmacAuth(optionsOf(recipe));
    const connection = open({ url: `${server.url}v1/x`, method: "POST", body: "a=1", auth, reconnect: false });
    await take(connection, 1);
    expect(server.requests.map(({ method, url }) => `${method} ${url.split("?")[0]}`)).toEqual([
      "POST /v1/x",
      "POST /v2/x",
      "POST /v2/x/",
      "GET /v3/x",
    ]);
  });

  test("and another origin gets none of it: a redirect that repeats what was signed is refused", async () => {
    const abroad = await startServer();
    abroad.otherwise({ body: "data: a\n\n", finish: "hold" });
    const repeat = ({ request }: Exchange): Script => ({
      status: 307,
      headers: { location: abroad.url + request.url.slice(1) },
    });
    const server = await startVerifying(recipe, [repeat]);
    const auth = new HmacAuth(optionsOf(recipe));
    const path = "/v1/x?a=1&b=x%20y";
    const url = server.url.slice(0, -1) + path;
    const connection = open({ url, method: "POST", body: "a=1", auth, reconnect: false });
    const { url: signed } = await server.nextRequest();
    if (signed !== path) {
      expect(await rejection(connection.opened)).toMatchObject({ code: "REDIRECT" });
      expect(abroad.requests).toEqual([]);
      return;
    }
    await take(connection, 1);
    const request = await abroad.nextRequest();
    expect([request.method, request.url, request.text]).toEqual(["POST", "/v1/x?a=1&b=x%20y", "a=1"]);
    expect(Object.keys(request.headers).filter((name) => /key|sign|access|bapi|timestamp|api/.test(name))).toEqual([]);
  });
});

describe("a server whose clock is 90 s ahead", () => {
  const ahead = 90_000;
  const clock = (): number => Date.now() + ahead;

  test("refuses for good what is signed by ours", async () => {
    const server = await startVerifying("okx", [third], clock);
    const connecting = SseConnection.connect({ url: server.url, auth: new HmacAuth(optionsOf("okx")) });
    expect(await rejection(connecting)).toMatchObject({ code: "SSE_INVALID_STATUS", details: { status: 401 } });
    expect(server.requests).toHaveLength(1);
  });

  test.each(hmacRecipes)("takes what is signed with the offset: %s", async (recipe) => {
    const server = await startVerifying(recipe, [third], clock);
    const auth = new HmacAuth({ ...optionsOf(recipe), clockOffset: ahead });
    await take(open({ url: server.url, auth, reconnect: false }), 1);
    expect(server.requests).toHaveLength(1);
  });

  test("takes it after a 401, once the function that knows the offset was asked again", async () => {
    const server = await startVerifying("binance", [third], clock);
    const offsets = [0, ahead];
    const auth = new HmacAuth({ ...optionsOf("binance"), clockOffset: async () => offsets.shift() ?? NaN });
    await take(open({ url: server.url, auth, reconnect: false }), 1);
    expect(server.requests).toHaveLength(2);
  });
});

test("with a bearer token beside it, a 401 signs both again, once", async () => {
  const server = await startServer();
  let tokens = 0;
  server.otherwise(async (exchange) => {
    const fault = findFault("okx", exchange.request);
    const isFresh = exchange.request.headers["authorization"] === "Bearer token-2";
    await exchange.play(fault === undefined && isFresh ? third : { status: 401 });
  });
  const auth = new CompositeAuth(new BearerAuth(() => `token-${(tokens += 1)}`), new HmacAuth(optionsOf("okx")));
  await take(open({ url: server.url, auth, reconnect: false }), 1);
  expect(server.requests).toHaveLength(2);
});

describe("connectWithAuth", () => {
  test("signs with its auth, and the config's is not even asked", async () => {
    const server = await startVerifying("bybit", [third]);
    const loses = { sign: () => expect.unreachable("the config's auth was asked") };
    const source = { url: server.url, auth: loses };
    await using connection = await SseConnection.connectWithAuth(source, undefined, new HmacAuth(optionsOf("bybit")));
    expect(await take(connection, 1)).toMatchObject([{ data: "d" }]);
  });

  test("NoAuth wins, too: nothing is signed", async () => {
    const server = await startServer();
    server.reply(third);
    const source = { url: server.url, auth: new BearerAuth("token") };
    await using _connection = await SseConnection.connectWithAuth(source, undefined, new NoAuth());
    expect(server.requests[0]?.headers).not.toHaveProperty("authorization");
  });

  test("a 401 asks a token function for another token once, then is fatal", async () => {
    const server = await startServer();
    server.otherwise({ status: 401 });
    let tokens = 0;
    const auth = new BearerAuth(async () => `token-${(tokens += 1)}`);
    const connecting = SseConnection.connectWithAuth({ url: server.url, reconnect: prompt }, undefined, auth);
    expect(await rejection(connecting)).toMatchObject({ code: "SSE_INVALID_STATUS", details: { status: 401 } });
    expect(server.requests.map(({ headers }) => headers["authorization"])).toEqual([
      "Bearer token-1",
      "Bearer token-2",
    ]);
    expect(tokens).toBe(2);
  });
});
