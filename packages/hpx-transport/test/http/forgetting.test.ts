import { createServer } from "node:tls";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, onTestFinished, test, vi } from "vitest";
import { type HttpBody, type HttpClient, NodeClient } from "../../src/http/entries/node.js";
import { identity, makeHttp2Client, startHttp2, tls } from "./support/http2.js";
import { clients, get, record } from "./support/requests.js";
import { start, startRaw, startTunnel } from "./support/servers.js";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

const node = clients[0] ?? expect.unreachable();
const framings = [
  ["chunks", "Transfer-Encoding: chunked"],
  ["a length", "Content-Length: 1000"],
  ["neither", "X-Framing: none"],
];

// A stream may be quiet for months: what was needed to open it should not wait with it.
test.each(framings)(
  "an open body of %s keeps neither the request nor the response's headers",
  async (_name, header) => {
    const server = await startRaw(["HTTP/1.1 200 OK", header ?? ""]);
    const { body, kept } = await openForgetting(node.make(), server.url);
    record(body);
    onTestFinished(() => body.abort());
    await vi.waitFor(() => {
      gc();
      expect(kept.filter((reference) => reference.deref() !== undefined)).toEqual([]);
    });
  },
);

test.each(["TLS", "TLS through a tunnel"])("neither does an open body over %s", async (how) => {
  const server = await start(
    createServer(identity, (socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nX-Head: long\r\n\r\n"));
    }),
    "https:",
  );
  const proxy = await startTunnel();
  const client = new NodeClient({ tls, proxy: how === "TLS" ? false : proxy.url });
  const { body, kept } = await openForgetting(client, server.url);
  record(body);
  onTestFinished(() => body.abort());
  await vi.waitFor(() => {
    gc();
    expect(kept.filter((reference) => reference.deref() !== undefined)).toEqual([]);
  });
});

test("neither does an open stream of an HTTP/2 session", async () => {
  const server = await startHttp2((stream) => stream.respond({ ":status": 200 }));
  const { body, kept } = await openForgetting(makeHttp2Client(), server.url);
  record(body);
  onTestFinished(() => body.abort());
  await vi.waitFor(() => {
    gc();
    expect(kept.filter((reference) => reference.deref() !== undefined)).toEqual([]);
  });
});

/** In a function of its own, so that nothing here keeps them. */
async function openForgetting(client: HttpClient, url: URL): Promise<{ body: HttpBody; kept: WeakRef<object>[] }> {
  const request = get(url);
  const { body, headers } = await client.send(request);
  return { body, kept: [request, request.headers, request.url, headers].map((each) => new WeakRef(each)) };
}
