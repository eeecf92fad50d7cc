import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { TransportError } from "../../../src/error.js";
import { NodeClient } from "../../../src/http/entries/node.js";
import { answerAndStay, identity, makeHttp2Client, open, startHttp2, tls } from "../support/http2.js";
import { rejection } from "../../support/promises.js";
import { get, record } from "../support/requests.js";
import { gone, noSocketIsLeft, startHttp, startTcp } from "../support/servers.js";
import { startTinyproxy, tinyproxyIsInstalled } from "../../support/tinyproxy.js";
import { startHttps } from "../support/tls.js";

const paths = (count: number): string[] => Array.from({ length: count }, (_, i) => `/${i}`);

describe("one request over HTTP/2", () => {
  test("arrives as it was given, and its response as the server gave it", async () => {
    let seen: { headers: IncomingHttpHeaders; body: string } | undefined;
    const answer = async (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> => {
      seen = { headers: { ...headers }, body: await text(stream) };
      stream.additionalHeaders({ ":status": 103, link: "</a.css>" });
      stream.respond({ ":status": 503, "set-cookie": ["a=1", "b=2"], "x-odd": "\xe9\xff" });
      stream.end("hello");
    };
    const server = await startHttp2((stream, _path, headers) => void answer(stream, headers));
    const id = Buffer.from("Zürich→東京").toString("latin1");
    const headers = new Headers({ "X-Key": "v", "Last-Event-ID": id, Connection: "keep-alive" });
    const url = new URL("/a%20b?c=d#fragment", server.url);
    const response = await makeHttp2Client().send(get(url, { method: "POST", headers, body: "péage" }));
    expect(seen?.body).toBe("péage");
    expect(seen?.headers).toMatchObject({
      ":method": "POST",
      ":path": "/a%20b?c=d",
      ":authority": server.url.host,
      "x-key": "v",
      "last-event-id": id,
      "content-length": "6",
    });
    expect(response.status).toBe(503);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(response.headers.get("x-odd")).toBe("\xe9\xff");
    expect(response.headers.has("link")).toBe(false);
    const recording = record(response.body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("hello");
    await noSocketIsLeft();
  });

  test("may be preceded by informational responses and followed by trailers", async () => {
    const server = await startHttp2((stream) => {
      stream.additionalHeaders({ ":status": 100 });
      stream.additionalHeaders({ ":status": 103, link: "</a.css>" });
      stream.respond({ ":status": 200 }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "1" }));
      stream.end("hello");
    });
    const response = await makeHttp2Client().send(get(server.url));
    expect(response.status).toBe(200);
    expect(response.headers.has("link")).toBe(false);
    const recording = record(response.body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("hello");
    await noSocketIsLeft();
  });

  test("is decoded like any other, and a response without a body just ends", async () => {
    const server = await startHttp2((stream, path) => {
      stream.respond({ ":status": 200, "content-encoding": "gzip" }, { endStream: path === "/empty" });
      if (path !== "/empty") stream.end(gzipSync("hello"));
    });
    const { recording } = await open(makeHttp2Client(), server.url);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("hello");
    const empty = await open(makeHttp2Client(), new URL("/empty", server.url));
    expect(await empty.recording.ended).toBeUndefined();
    expect(empty.recording.chunks).toEqual([]);
  });

  test.each([
    ["a control character in a header", { "X-Key": "secret\u0001" }],
    ["a header that HTTP/2 does not have", { "Transfer-Encoding": "chunked" }],
  ])("with %s is CONFIG, and hurts no other stream", async (_name, headers) => {
    const server = await startHttp2(answerAndStay);
    const client = makeHttp2Client();
    const { recording } = await open(client, server.url);
    const error = await rejection(client.send(get(server.url, { headers: new Headers(headers) })));
    expect(TransportError.is(error, "CONFIG")).toBe(true);
    expect((error as Error).message).not.toContain("secret");
    expect(recording.endings).toBe(0);
  });

  test("meets its deadlines, in TLS and in waiting", async () => {
    const silent = await startTcp((socket) => socket.resume(), "https:");
    const mute = await startHttp2(() => {});
    const client = makeHttp2Client();
    const connecting = await rejection(client.send(get(silent.url, { method: "POST", connectTimeout: 100 })));
    expect(TransportError.is(connecting, "TIMEOUT") && connecting.details.phase).toBe("connect");
    const waiting = await rejection(client.send(get(mute.url, { method: "POST", responseTimeout: 100 })));
    expect(TransportError.is(waiting, "TIMEOUT") && waiting.details.phase).toBe("response");
    expect(TransportError.is(waiting) && waiting.retryable).toBe(false);
    await noSocketIsLeft();
  });
});

describe("the protocol", () => {
  test("is HTTP/1.1, a connection each, where the server takes no HTTP/2", async () => {
    const server = await startHttps(identity, (request, response) => response.end(`${request.httpVersion}\n`));
    const client = makeHttp2Client();
    const answers = await Promise.all(paths(5).map(() => open(client, server.url)));
    for (const { recording } of answers) {
      expect(await recording.ended).toBeUndefined();
      expect(recording.text()).toBe("1.1\n");
    }
    expect(server.connections).toBe(5);
    await noSocketIsLeft();
  });

  test("is HTTP/1.1 for plain http, and where nobody asked for HTTP/2", async () => {
    const plain = await startHttp((request, response) => response.end(request.httpVersion));
    const both = await startHttp2((stream) => stream.respond({ ":status": 200 }, { endStream: true }), {
      allowHTTP1: true,
      onRequest: (request, response) => response.end(request.httpVersion),
    });
    for (const [client, url] of [
      [makeHttp2Client(), plain.url],
      [new NodeClient({ tls, proxy: false }), both.url],
    ] as const) {
      const { recording } = await open(client, url);
      await recording.ended;
      expect(recording.text()).toBe("1.1");
    }
  });

  test("is HTTP/2 through a proxy's tunnel too", async (context) => {
    context.skip(!tinyproxyIsInstalled, "skipped: tinyproxy is not installed");
    const proxy = await startTinyproxy();
    const server = await startHttp2(answerAndStay);
    const client = new NodeClient({ http2: true, tls, proxy: proxy.url });
    const bodies = await Promise.all(paths(3).map((path) => open(client, new URL(path, server.url))));
    expect(server.connections).toBe(1);
    for (const { body } of bodies) body.abort();
    await noSocketIsLeft();
  });

  test("cannot be agreed on with a server that speaks neither: CONNECT", async () => {
    const server = await startHttps({ ...identity, ALPNProtocols: ["spdy/3"] }, () => {});
    const error = await rejection(makeHttp2Client().send(get(server.url)));
    expect(TransportError.is(error, "CONNECT")).toBe(true);
    await noSocketIsLeft();
  });

  test("a certificate that is not trusted fails every request that waits for the session", async () => {
    const server = await startHttp2(answerAndStay);
    const client = new NodeClient({ http2: true, proxy: false });
    const errors = await Promise.all(paths(3).map(() => rejection(client.send(get(server.url)))));
    for (const error of errors) expect(TransportError.is(error, "CONNECT") && !error.retryable).toBe(true);
    expect(server.connections).toBe(1);
    await noSocketIsLeft();
  });
});

describe("one session for an origin", () => {
  test("carries 200 streams at a time, and closes with the last of them", async () => {
    const server = await startHttp2(answerAndStay, { settings: { maxConcurrentStreams: 1000 } });
    const client = makeHttp2Client();
    const streams = await Promise.all(paths(200).map((path) => open(client, new URL(path, server.url))));
    expect(server.connections).toBe(1);
    for (const path of paths(200)) (await server.stream(path)).write("!");
    for (const [i, { recording }] of streams.entries()) {
      await vi.waitFor(() => expect(recording.text()).toBe(`/${i}!`));
    }
    const socket = await server.nextConnection();
    for (const { body } of streams.slice(1)) body.abort();
    await vi.waitFor(() => expect([...server.streams.values()].filter((stream) => !stream.closed)).toHaveLength(1));
    expect(server.sockets.size).toBe(1);
    (await server.stream("/0")).end("last");
    expect(await streams[0]?.recording.ended).toBeUndefined();
    await gone(socket);
    await noSocketIsLeft();
  });

  test("is one more where the server's limit is reached, and never a wait", async () => {
    const server = await startHttp2(answerAndStay, { settings: { maxConcurrentStreams: 3 } });
    const client = makeHttp2Client();
    const streams = await Promise.all(paths(7).map((path) => open(client, new URL(path, server.url))));
    expect(server.connections).toBe(3);
    streams[0]?.body.abort();
    // Node's server keeps the place of a stream until that is destroyed.
    const first = await server.stream("/0");
    await vi.waitFor(() => expect(first.destroyed).toBe(true));
    await open(client, new URL("/again", server.url));
    expect(server.connections).toBe(3);
  });

  test("a request that is aborted while others wait for the session takes nothing along", async () => {
    const server = await startHttp2(answerAndStay);
    const client = makeHttp2Client();
    const controller = new AbortController();
    const aborted = rejection(client.send(get(server.url, { signal: controller.signal })));
    const other = open(client, server.url);
    controller.abort("enough");
    expect(await aborted).toBe("enough");
    expect((await other).recording.endings).toBe(0);
    expect(server.streams.size).toBe(1);
  });

  test("a signal in the same turn as send leaves no connection behind", async () => {
    const server = await startHttp2(answerAndStay);
    const client = makeHttp2Client();
    const controller = new AbortController();
    const sent = rejection(client.send(get(server.url, { signal: controller.signal })));
    controller.abort("enough");
    expect(await sent).toBe("enough");
    await noSocketIsLeft();
    expect((await open(client, server.url)).recording.endings).toBe(0);
  });

  test.each(["before TLS is done", "before the settings", "while streams are open"])(
    "close() ends all, %s",
    async (when) => {
      const server =
        when === "while streams are open"
          ? await startHttp2(answerAndStay)
          : when === "before TLS is done"
            ? await startTcp((socket) => socket.resume(), "https:")
            : await startHttps({ ...identity, ALPNProtocols: ["h2"] }, () => {});
      const client = makeHttp2Client();
      const sent = paths(3).map((path) => client.send(get(new URL(path, server.url))));
      const bodies = when === "while streams are open" ? await Promise.all(sent) : [];
      const recordings = bodies.map(({ body }) => record(body));
      await server.nextConnection();
      await client.close();
      if (recordings.length === 0) {
        for (const error of await Promise.all(sent.map(rejection)))
          expect(TransportError.is(error, "CONNECT")).toBe(true);
      }
      for (const { ended } of recordings) expect((await ended)?.message).toBe("the HTTP client was closed");
      await noSocketIsLeft();
    },
  );
});
