import { describe, expect, test } from "vitest";
import { ApiKeyAuth, BearerAuth, TransportError } from "../../src/index.js";
import { SseConnection } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, take } from "./support.js";
import { startTlsFront, tls } from "./tls-front.js";
import { NodeClient } from "../../src/http/entries/node.js";

describe("redirects of the same origin", () => {
  test("are followed, signed anew on each hop, and the next attempt starts at the configured URL", async () => {
    const server = await startServer();
    server.reply(
      { status: 307, headers: { location: "/moved?x=1" } },
      { body: "id: 7\ndata: a\n\n" },
      { body: "data: b\n\n", finish: "hold" },
    );
    let signatures = 0;
    const urls: string[] = [];
    const connection = open(
      {
        url: `${server.url}start`,
        headers: { "X-Caller": "yes" },
        auth: { sign: ({ headers, url }) => headers.set("X-Signature", `${(signatures += 1)} ${url.pathname}`) },
        reconnect: prompt,
      },
      { classifyEvent: () => "data", onConnect: ({ url }) => urls.push(url.pathname + url.search) },
    );
    await take(connection, 2);
    expect(server.requests.map(({ url, headers }) => [url, headers["x-signature"], headers["x-caller"]])).toEqual([
      ["/start", "1 /start", "yes"],
      ["/moved?x=1", "2 /moved", "yes"],
      ["/start", "3 /start", "yes"],
    ]);
    expect(urls).toEqual(["/moved?x=1", "/start"]);
  });

  test("303 turns a POST into a GET; 308 keeps method and body", async () => {
    const server = await startServer();
    server.reply(
      { status: 308, headers: { location: "b" } },
      { status: 303, headers: { location: "c" } },
      { status: 204 },
    );
    await SseConnection.connect({ url: `${server.url}a`, method: "POST", body: "hello" });
    expect(server.requests.map(({ method, url, text }) => [method, url, text])).toEqual([
      ["POST", "/a", "hello"],
      ["POST", "/b", "hello"],
      ["GET", "/c", ""],
    ]);
  });

  test("a sixth one is REDIRECT, fatal", async () => {
    const server = await startServer();
    server.otherwise({ status: 302, headers: { location: "/again" } });
    expect(await rejection(SseConnection.connect(server.url))).toMatchObject({ code: "REDIRECT", retryable: false });
    expect(server.requests).toHaveLength(6);
  });
});

describe("a redirect to another origin", () => {
  test("drops all caller and signer headers, and nothing is signed there", async () => {
    const [home, abroad] = [await startServer(), await startServer()];
    home.otherwise({ status: 307, headers: { location: `${abroad.url}feed` } });
    abroad.reply({ body: "id: 7\ndata: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
    const headers = { Authorization: "s3cret", "X-Api-Key": "s3cret", Cookie: "s3cret", "X-Trace": "s3cret" };
    let signed = 0;
    const auth = {
      sign: ({ headers: toSign, url }: { headers: Headers; url: URL }) => {
        signed += 1;
        toSign.set("X-Signature", "s3cret");
        url.searchParams.set("key", "s3cret");
      },
    };
    await take(open({ url: home.url, headers, auth, reconnect: prompt }), 2);
    expect(home.requests.map((request) => [request.url, request.headers["x-api-key"]])).toEqual([
      ["/?key=s3cret", "s3cret"],
      ["/?key=s3cret", "s3cret"],
    ]);
    expect(signed).toBe(2);
    expect(JSON.stringify(abroad.requests)).not.toContain("s3cret");
    expect(abroad.requests.map(({ url, lastEventId, headers: { accept } }) => [url, lastEventId, accept])).toEqual([
      ["/feed", undefined, "text/event-stream"],
      ["/feed", "7", "text/event-stream"],
    ]);
  });

  test.each([
    ["ApiKeyAuth", ApiKeyAuth.header("X-Api-Key", "s3cret")],
    ["BearerAuth", new BearerAuth(() => "s3cret")],
  ])("%s gives nothing away there", async (_name, auth) => {
    const [home, abroad] = [await startServer(), await startServer()];
    home.otherwise({ status: 302, headers: { location: abroad.url } });
    abroad.reply({ status: 204 });
    await SseConnection.connect({ url: home.url, auth });
    expect(JSON.stringify(home.requests)).toContain("s3cret");
    expect(JSON.stringify(abroad.requests)).not.toContain("s3cret");
  });
});

describe("a redirect that cannot be followed is REDIRECT, fatal, never a crash", () => {
  test.each([
    ["none", null],
    ["an empty one", ""],
    ["one that is no URL", "http://[half"],
    ["another scheme", "file:///etc/passwd"],
    ["a script", "javascript:alert(1)"],
    ["credentials", "http://user:s3cret@127.0.0.1/"],
  ])("Location: %s", async (_what, location) => {
    const server = await startServer();
    server.otherwise({ status: 302, headers: location === null ? {} : { location } });
    const error = await rejection(SseConnection.connect({ url: server.url, reconnect: prompt }));
    expect(TransportError.is(error, "REDIRECT") && error.retryable).toBe(false);
    expect(String(error)).not.toContain("s3cret");
    await server.idle();
    expect(server.requests).toHaveLength(1);
  });

  test("from https to http", async () => {
    const server = await startServer();
    const front = await startTlsFront(server);
    server.otherwise({ status: 307, headers: { location: server.url } });
    const client = new NodeClient({ tls, proxy: false });
    const error = await rejection(SseConnection.connect({ url: front.url, client, reconnect: prompt }));
    expect(error).toMatchObject({ code: "REDIRECT", retryable: false });
    expect(server.requests).toHaveLength(1);
  });
});
