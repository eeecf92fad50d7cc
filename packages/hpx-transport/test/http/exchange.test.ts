import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { clients, get, record } from "./support/requests.js";
import { startAnswering, startHttp, startRaw } from "./support/servers.js";

describe.each(clients)("$name: one request and its response", ({ make }) => {
  test("the request arrives as it was given", async () => {
    let seen: unknown;
    const server = await startAnswering(async (request, response) => {
      const { method, url, headers } = request;
      seen = { method, url, key: headers["x-key"], body: await text(request) };
      response.end();
    });
    const headers = new Headers({ "X-Key": "v" });
    const url = new URL("/a%20b?c=d&e#fragment", server.url);
    const { body } = await make().send(get(url, { method: "POST", headers, body: "péage" }));
    expect(await record(body).ended).toBeUndefined();
    expect(seen).toEqual({ method: "POST", url: "/a%20b?c=d&e", key: "v", body: "péage" });
  });

  test("a body of bytes arrives as those bytes", async () => {
    const server = await startAnswering(async (request, response) => {
      const chunks = await request.toArray();
      response.end(Buffer.concat(chunks as Buffer[]).toString("hex"));
    });
    const bytes = new Uint8Array([9, 0, 255, 128, 9]).subarray(1, 4);
    const response = await make().send(get(server.url, { method: "POST", body: bytes }));
    const recording = record(response.body);
    await recording.ended;
    expect(recording.text()).toBe("00ff80");
  });

  test("a header value of UTF-8 bytes reaches the server as those bytes", async () => {
    const server = await startHttp((request, response) => {
      response.end(Buffer.from(String(request.headers["last-event-id"]), "latin1").toString("utf8"));
    });
    const headers = new Headers({ "Last-Event-ID": Buffer.from("Zürich→東京", "utf8").toString("latin1") });
    const response = await make().send(get(server.url, { headers }));
    const recording = record(response.body);
    await recording.ended;
    expect(Buffer.from(recording.text(), "latin1").toString("utf8")).toBe("Zürich→東京");
  });

  test("status and headers are the server's, with every set-cookie and odd bytes", async () => {
    const server = await startRaw([
      "HTTP/1.1 503 Busy",
      "Set-Cookie: a=1",
      "Set-Cookie: b=2",
      "X-Odd: \xe9\xff",
      "__proto__: x",
      "Content-Length: 0",
    ]);
    const response = await make().send(get(server.url));
    expect(response.status).toBe(503);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(response.headers.get("x-odd")).toBe("\xe9\xff");
    response.body.abort();
  });

  test("an informational response is not the response", async () => {
    const server = await startRaw(
      [
        "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK",
        "Content-Length: 2",
      ],
      "ok",
    );
    const response = await make().send(get(server.url));
    expect(response.status).toBe(200);
    expect(response.headers.has("link")).toBe(false);
    const recording = record(response.body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("ok");
  });

  test.each(["HEAD", "GET"])("a response without a body just ends (%s)", async (method) => {
    const server = await startHttp((_request, response) => {
      response.writeHead(method === "HEAD" ? 200 : 204, { "Content-Encoding": "gzip" }).end();
    });
    const response = await make().send(get(server.url, { method }));
    const recording = record(response.body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.chunks).toEqual([]);
    expect(recording.endings).toBe(1);
  });

  test("a redirect is a response like any other", async () => {
    const server = await startHttp((_request, response) => {
      response.writeHead(307, { Location: "/elsewhere" }).end();
    });
    const response = await make().send(get(server.url));
    expect(response.status).toBe(307);
    expect(response.headers.get("location")).toBe("/elsewhere");
    response.body.abort();
  });

  test("chunks arrive one by one while the response goes on", async () => {
    let more: (text: string) => void = () => {};
    const server = await startHttp((_request, response) => {
      more = (part) => response.write(part);
      more("one");
    });
    const response = await make().send(get(server.url));
    const { promise, resolve } = counter(3);
    const recording = record(response.body, (bytes) => {
      resolve();
      if (bytes.length === 3) more("three");
      if (bytes.length === 5) more("last");
    });
    await promise;
    expect(recording.chunks).toEqual(["one", "three", "last"]);
    response.body.abort();
  });
});

function counter(calls: number): { promise: Promise<void>; resolve: () => void } {
  let left = calls;
  let done: () => void;
  const promise = new Promise<void>((resolve) => {
    done = resolve;
  });
  return {
    promise,
    resolve: () => {
      left -= 1;
      if (left === 0) done();
    },
  };
}
