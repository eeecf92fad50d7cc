import { describe, expect, test } from "vitest";
import { drain, open, prompt, startServer, take } from "./support.js";

const twice = [{ body: "id: 1\ndata: a\n\n" }, { status: 204 }];

test("every request: Accept and Cache-Control, on reconnects too; Accept-Encoding only when asked for", async () => {
  const server = await startServer();
  server.reply(...twice, ...twice);
  await drain(open({ url: server.url, reconnect: prompt }));
  await drain(open({ url: server.url, reconnect: prompt, headers: { "Accept-Encoding": "gzip" } }));
  const headers = server.requests.map((request) => request.headers);
  for (const each of headers) expect(each).toMatchObject({ accept: "text/event-stream", "cache-control": "no-cache" });
  expect(headers.map((each) => each["accept-encoding"])).toEqual([undefined, undefined, "gzip", "gzip"]);
});

describe("method and body: sent as given, on every attempt", () => {
  const binary = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  let made = 0;
  test.each([
    ["a string", "é {}", ["é {}", "é {}"]],
    ["bytes", binary, [Buffer.from(binary).toString(), Buffer.from(binary).toString()]],
    ["a function", () => `made ${(made += 1)}`, ["made 1", "made 2"]],
    ["an asynchronous function that makes bytes", async () => new TextEncoder().encode("made"), ["made", "made"]],
  ])("%s", async (_what, body, sent) => {
    const server = await startServer();
    server.reply(...twice);
    await drain(open({ url: server.url, method: "put", body, resend: true, reconnect: prompt }));
    expect(server.requests.map(({ method, text }) => [method, text])).toEqual(sent.map((text) => ["PUT", text]));
    for (const { headers, body: received } of server.requests) {
      expect(headers).not.toHaveProperty("content-type");
      expect(headers["content-length"]).toBe(String(received.length));
    }
  });
});

test("the caller's headers win over ours, whatever their case; Last-Event-ID until an id was received", async () => {
  const server = await startServer();
  server.reply(...twice);
  const headers = { ACCEPT: "*/*", "cache-CONTROL": "max-age=0", "LAST-event-id": "mine" };
  await drain(open({ url: server.url, headers, lastEventId: "option", reconnect: prompt }));
  expect(server.requests.map((request) => request.headers)).toMatchObject([
    { accept: "*/*", "cache-control": "max-age=0", "last-event-id": "mine" },
    { accept: "*/*", "cache-control": "max-age=0", "last-event-id": "1" },
  ]);
});

test("every attempt is signed anew, with the Last-Event-ID and the query as they will really be sent", async () => {
  const server = await startServer();
  server.reply({ body: "id: é\ndata: a\n\n" }, { status: 503 }, { body: "data: b\n\n", finish: "hold" });
  const signed: unknown[] = [];
  const auth = {
    sign({ method, url, headers }: { method: string; url: URL; headers: Headers }): void {
      url.searchParams.set("n", String(signed.length));
      signed.push([method, url.pathname + url.search, headers.get("last-event-id")]);
    },
  };
  await take(open({ url: `${server.url}feed?a=b%20c`, auth, reconnect: prompt }), 2);
  const sent = server.requests.map(({ method, url, headers }) => [method, url, headers["last-event-id"] ?? null]);
  expect(signed).toEqual(sent);
  expect(sent).toHaveLength(3);
  expect(server.requests[2]?.lastEventId).toBe("é");
});
