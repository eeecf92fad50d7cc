import * as net from "node:net";
import { createServer } from "node:tls";
import { describe, expect, test } from "vitest";
import { TransportError } from "../../../src/error.js";
import { NodeClient } from "../../../src/http/entries/node.js";
import { identity, tls } from "../support/http2.js";
import { rejection } from "../../support/promises.js";
import { get, record } from "../support/requests.js";
import { noSocketIsLeft, start, startTcp } from "../support/servers.js";

const GO = "HTTP/1.1 100 Continue\r\n\r\n";
const HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n";
const ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const TUNNEL = "HTTP/1.1 200 Connection established\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n";

const runs = { "100": GO, "103": HINTS, "100 100": GO + GO, "100 103": GO + HINTS, "103 100 103": HINTS + GO + HINTS };

/** Writes `heads` whole, or one after the other with time in between. */
function writeApart(socket: net.Socket, apart: boolean, heads: string): void {
  socket.on("error", () => {});
  if (!apart) {
    socket.write(heads);
    return;
  }
  const parts = heads.split(/(?<=\r\n\r\n)/);
  const next = (): void => {
    const part = parts.shift();
    if (part !== undefined) socket.write(part, () => setTimeout(next, 5));
  };
  next();
}

async function text(client: NodeClient, url: URL | string): Promise<string> {
  const { status, headers, body } = await client.send(get(url, { method: "POST", body: "x" }));
  expect([status, headers.has("link")]).toEqual([200, false]);
  const recording = record(body);
  expect(await recording.ended).toBeUndefined();
  return recording.text();
}

/** A proxy that writes `before` and then opens a tunnel, with the answer `tunnel`. */
function startTunnel(before: string, apart: boolean, tunnel = TUNNEL): ReturnType<typeof startTcp> {
  return startTcp((socket) => {
    socket.once("data", (bytes) => {
      const port = Number(/^CONNECT [^:]*:(\d+)/.exec(bytes.toString())?.[1]);
      const server = net.connect(port, "127.0.0.1", () => {
        writeApart(socket, apart, before + tunnel);
        socket.pipe(server).pipe(socket);
      });
      server.on("error", () => socket.destroy());
      socket.on("close", () => server.destroy());
    });
  });
}

describe.each(Object.entries(runs))("%s before an answer", (_statuses, interim) => {
  test.each([false, true])("is passed over, over TCP, TLS, a proxy and a tunnel; one by one: %s", async (apart) => {
    const onConnection = (socket: net.Socket): void => {
      socket.on("error", () => {});
      socket.once("data", () => writeApart(socket, apart, interim + ANSWER));
    };
    const plain = await startTcp(onConnection);
    const secure = await start(createServer(identity, onConnection), "https:");
    const tunnel = await startTunnel(interim, apart);
    expect(await text(new NodeClient({ proxy: false }), plain.url)).toBe("ok");
    expect(await text(new NodeClient({ proxy: false, tls }), secure.url)).toBe("ok");
    expect(await text(new NodeClient({ proxy: plain.url }), "http://server.example/")).toBe("ok");
    expect(await text(new NodeClient({ proxy: tunnel.url, tls }), secure.url)).toBe("ok");
    await noSocketIsLeft();
  });
});

describe("the answer to CONNECT", () => {
  const SERVER = "https://server.example/";
  const failure = async (proxy: URL): Promise<string> => {
    const error = await rejection(new NodeClient({ proxy }).send(get(SERVER)));
    if (!TransportError.is(error, "CONNECT")) throw new Error("expected CONNECT", { cause: error });
    expect(error.details.requestSent).toBe(false);
    await noSocketIsLeft();
    return error.message;
  };

  test("with early bytes behind it is a failure of the proxy's", async () => {
    for (const answer of [`${TUNNEL}x`, `${GO}${TUNNEL}HTTP/1.1 200 OK\r\n\r\n`]) {
      const proxy = await startTcp((socket) => void socket.once("data", () => socket.write(answer)));
      expect(await failure(proxy.url)).toMatch(/the proxy .* sent something into the tunnel/);
    }
  });

  test.each([
    ["ends before it is whole", "HTTP/1.1 200 OK\r\n", /the connection ended before the response was whole/],
    ["ends after interim ones", GO, /the connection ended before the response was whole/],
    ["is no HTTP", "220 ready\r\n", /does not begin with an HTTP status line/],
    ["is over the limit", `HTTP/1.1 200 OK\r\nX: ${"a".repeat(300_000)}`, /larger than 262144 bytes/],
    ["is a refusal after an interim one", `${GO}HTTP/1.1 403 No\r\n\r\n`, /refused with status 403/],
  ])("that %s is a failure of the proxy's", async (_what, answer, message) => {
    const proxy = await startTcp((socket) => void socket.once("data", () => socket.end(answer)));
    expect(await failure(proxy.url)).toMatch(message);
  });

  test("is the last that the proxy answers for: an end in TLS is the server's, through the proxy", async () => {
    const proxy = await startTcp((socket) => {
      socket.once("data", () => {
        socket.write(TUNNEL);
        socket.once("data", () => socket.end());
      });
    });
    expect(await failure(proxy.url)).toMatch(/TLS connection was established \(through the proxy/);
  });

  test.each([201, 299])("may be any 2xx, such as %i", async (status) => {
    const server = await start(
      createServer(identity, (socket) => {
        socket.on("error", () => {});
        socket.once("data", () => socket.write(ANSWER));
      }),
      "https:",
    );
    const proxy = await startTunnel("", false, TUNNEL.replace("200", `${status}`));
    expect(await text(new NodeClient({ tls, proxy: proxy.url }), server.url)).toBe("ok");
  });

  test("may come byte by byte", async () => {
    const server = await start(
      createServer(identity, (socket) => {
        socket.on("error", () => {});
        socket.once("data", () => socket.write(ANSWER));
      }),
      "https:",
    );
    const proxy = await startTcp((socket) => {
      socket.once("data", () => {
        const upstream = net.connect(Number(server.url.port), "127.0.0.1");
        upstream.on("error", () => {});
        socket.on("close", () => upstream.destroy());
        const bytes = TUNNEL.split("");
        const next = (): void => {
          const byte = bytes.shift();
          if (byte === undefined) socket.pipe(upstream).pipe(socket);
          else socket.write(byte, () => setImmediate(next));
        };
        next();
      });
    });
    expect(await text(new NodeClient({ tls, proxy: proxy.url }), server.url)).toBe("ok");
  });
});
