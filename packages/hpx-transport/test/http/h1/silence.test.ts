import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { expect, onTestFinished, test, vi } from "vitest";
import { NodeClient } from "../../../src/http/entries/node.js";
import { rejection } from "../../support/promises.js";
import { identity, tls } from "../support/http2.js";
import { get, record } from "../support/requests.js";
import { startHttp, startRaw, startTcp, startTunnel } from "../support/servers.js";
import { startHttps } from "../support/tls.js";

// Instrumentations listen to these: a stream that ended well must not be a failed request to them, nor be seen twice.
const CHANNELS = [
  ...["create", "bodySent", "headers", "trailers", "error", "bodyChunkSent", "bodyChunkReceived"].map(
    (name) => `undici:request:${name}`,
  ),
  ...["sendHeaders", "beforeConnect", "connected", "connectError"].map((name) => `undici:client:${name}`),
  ...["request.created", "request.start", "request.error", "response.finish"].map((name) => `http.client.${name}`),
];

test("no request of ours is told on the channels of undici and of node:http", async () => {
  const told: unknown[] = [];
  const listener = (_message: unknown, name: string | symbol): void => void told.push(name);
  for (const name of CHANNELS) subscribe(name, listener);
  onTestFinished(() => {
    for (const name of CHANNELS) unsubscribe(name, listener);
  });
  const server = await startHttp((_request, response) => response.end("hello"));
  const cut = await startRaw(["HTTP/1.1 200 OK", "Content-Length: 9"]);
  const proxy = await startTcp((socket) => void socket.once("data", () => socket.end("HTTP/1.1 403 No\r\n\r\n")));
  const client = new NodeClient({ proxy: false });
  await record((await client.send(get(server.url))).body).ended;
  (await client.send(get(cut.url))).body.abort();
  await rejection(new NodeClient({ proxy: proxy.url }).send(get("https://server.example/")));
  expect(told).toEqual([]);
});

/** Every socket that is set up from now on, in the order of their making. */
function watchSockets(): readonly Socket[] {
  const sockets: Socket[] = [];
  const spy = vi.spyOn(Socket.prototype, "setKeepAlive").mockImplementation(function (this: Socket) {
    sockets.push(this);
    return this;
  });
  onTestFinished(() => spy.mockRestore());
  return sockets;
}

test("nothing of the sending is left on the socket once the request is out, whether it was long or not there", async () => {
  const sockets = watchSockets();
  const server = await startHttp((request, response) => {
    request.resume().on("end", () => response.write("hello"));
  });
  for (const body of [undefined, "x", "x".repeat(300_000)]) {
    const response = await new NodeClient().send(get(server.url, { method: "POST", body }));
    onTestFinished(() => response.body.abort());
    const own = sockets.find((socket) => socket.remotePort === Number(server.url.port) && !socket.destroyed);
    expect(own?.listenerCount("drain")).toBe(0);
    response.body.abort();
  }
});

test("nothing of the CONNECT is left on the socket that TLS goes through", async () => {
  const sockets = watchSockets();
  const server = await startHttps(identity, (_request, response) => response.write("hello"));
  const proxy = await startTunnel();
  const { body } = await new NodeClient({ tls, proxy: proxy.url }).send(get(server.url));
  onTestFinished(() => body.abort());
  const toProxy = sockets.find(
    (socket) => !(socket instanceof TLSSocket) && socket.remotePort === Number(proxy.url.port),
  );
  expect(toProxy?.listenerCount("data")).toBe(0);
  expect(toProxy?.listeners("close").map(({ name }) => name)).not.toContain("onEnd");
});
