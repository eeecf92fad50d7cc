import { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { TransportError } from "../../src/error.js";
import { NodeClient } from "../../src/http/entries/node.js";
import { NodeExchange } from "../../src/http/node/exchange.js";
import { Http1Connection } from "../../src/http/node/h1/connection.js";
import { rejection } from "../support/promises.js";
import { clients, get } from "./support/requests.js";
import { startTcp } from "./support/servers.js";
import { startSelfSigned } from "./support/tls.js";

/** The CONNECT error that `send` rejects with. */
async function connectError(promise: Promise<unknown>): Promise<TransportError<"CONNECT">> {
  const error = await rejection(promise);
  if (!TransportError.is(error, "CONNECT")) throw new Error("expected CONNECT", { cause: error });
  return error;
}

describe.each(clients)("$name: no response comes", ({ make }) => {
  test("a refused connection is CONNECT, retryable also for a POST, and says what happened", async () => {
    const server = await startTcp(() => {});
    server.close();
    const error = await connectError(make().send(get(server.url, { method: "POST" })));
    expect(error.retryable).toBe(true);
    expect(error.details).toEqual({ origin: server.url.origin, requestSent: false });
    expect(error.message).toContain("ECONNREFUSED");
  });

  test("several addresses that all refuse are told in one message", async () => {
    const server = await startTcp(() => {});
    server.close();
    const error = await connectError(make().send(get(`http://localhost:${server.url.port}/`)));
    expect(error.message).toContain("ECONNREFUSED");
    expect(error.retryable).toBe(true);
  });

  test("a host name that cannot be found is CONNECT, retryable", async () => {
    // Too long a label for DNS: the resolver says no without asking anybody.
    const error = await connectError(make().send(get(`http://${"x".repeat(64)}.localhost/`)));
    expect(error.retryable).toBe(true);
    expect(error.details.requestSent).toBe(false);
  });

  test("a server that resets in the middle of the headers is CONNECT", async () => {
    const server = await startTcp((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Ty", () => socket.resetAndDestroy());
      });
    });
    const error = await connectError(make().send(get(server.url)));
    expect(error.details.requestSent).toBe(true);
    expect(error.retryable).toBe(true);
  });

  test("a POST whose connection broke after it was sent may have acted: not retryable", async () => {
    const server = await startTcp((socket) => {
      socket.once("data", () => socket.resetAndDestroy());
    });
    const error = await connectError(make().send(get(server.url, { method: "POST", body: "order" })));
    expect(error.details.requestSent).toBe(true);
    expect(error.retryable).toBe(false);
  });

  test.each(["GET", "OPTIONS", "QUERY"])("a %s only asks: retryable, however far it came", async (method) => {
    const server = await startTcp((socket) => {
      socket.once("data", () => socket.resetAndDestroy());
    });
    const error = await connectError(make().send(get(server.url, { method })));
    expect(error.details.requestSent).toBe(true);
    expect(error.retryable).toBe(true);
  });

  test("a server that does not speak HTTP is CONNECT", async () => {
    const server = await startTcp((socket) => {
      socket.end("SSH-2.0-OpenSSH_9.9\r\n");
    });
    await connectError(make().send(get(server.url)));
  });

  test("a certificate that cannot be trusted is CONNECT, not retryable, nothing sent", async () => {
    const server = await startSelfSigned();
    const error = await connectError(make().send(get(server.url)));
    expect(error.retryable).toBe(false);
    expect(error.details.requestSent).toBe(false);
    expect(error.message).toContain("self-signed certificate");
  });

  test.each([
    ["a control character in a header", { headers: new Headers({ "X-Key": "secret\u0001" }) }],
    ["a header that is the connection's own", { headers: new Headers({ "Transfer-Encoding": "chunked" }) }],
    ["credentials in the URL", { url: new URL("http://user:secret@127.0.0.1:1/") }],
    ["another scheme", { url: new URL("ftp://127.0.0.1:1/secret") }],
  ])("%s is CONFIG, and the error does not show it", async (_name, overrides) => {
    const server = await startTcp(() => {});
    const error = await rejection(make().send(get(server.url, overrides)));
    expect(TransportError.is(error, "CONFIG")).toBe(true);
    expect((error as Error).message).not.toContain("secret");
  });
});

describe("NodeClient", () => {
  test("a server that accepts and closes at once is CONNECT, promptly, on one connection", async () => {
    const server = await startTcp((socket) => {
      socket.destroy();
    });
    const request = get(server.url, { connectTimeout: 0, responseTimeout: 0 });
    const error = await connectError(new NodeClient().send(request));
    expect(error.retryable).toBe(true);
    expect(server.connections).toBe(1);
  });

  test("a socket that is dead as it connects is CONNECT, after one try", async () => {
    let attempts = 0;
    const dead = new Socket().destroy();
    const channel = new Http1Connection((dialed) => {
      attempts += 1;
      setImmediate(dialed, null, dead);
      return dead;
    }, undefined);
    const error = await connectError(
      new Promise((resolve, reject) => {
        new NodeExchange({ request: get("http://127.0.0.1:1/"), resolve, reject }, () => {}).start(channel);
      }),
    );
    expect(error.retryable).toBe(true);
    expect(attempts).toBe(1);
  });
});
