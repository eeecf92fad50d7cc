import { createServer } from "node:https";
import * as net from "node:net";
import { inspect } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { TransportError } from "../../../src/error.js";
import { type ProxyOptions, NodeClient, type NodeClientOptions } from "../../../src/http/entries/node.js";
import { USER_AGENT } from "../../../src/http/node/user-agent.js";
import { makeAuthority } from "../support/authority.js";
import { fullBacklog } from "../support/full-backlog.js";
import { rejection } from "../../support/promises.js";
import { get, record } from "../support/requests.js";
import { gone, noSocketIsLeft, start, startHttp, startTcp, startTunnel, type TestServer } from "../support/servers.js";
import { startHttps } from "../support/tls.js";

const authority = makeAuthority();
const tls = { ca: authority.ca };
const identity = authority.issue();
/** Nobody is asked for it. */
const SERVER = new URL("https://server.example/feed");

async function connectError(client: NodeClient, url: URL = SERVER): Promise<TransportError<"CONNECT">> {
  const error = await rejection(client.send(get(url, { method: "POST", connectTimeout: 0 })));
  if (!TransportError.is(error, "CONNECT")) throw new Error("expected CONNECT", { cause: error });
  expect(error.details).toEqual({ origin: url.origin, requestSent: false });
  await noSocketIsLeft();
  return error;
}

/** A proxy that answers whatever comes with `answer`. */
const startAnswer = (answer: string): Promise<TestServer> =>
  startTcp((socket) => {
    socket.once("data", () => socket.write(answer));
  });

/** A proxy over TLS that opens tunnels. */
async function startTlsProxy(): Promise<TestServer> {
  const proxy = createServer(identity);
  proxy.on("connect", (request, socket) => {
    const { port, hostname } = new URL(`http://${request.url}`);
    const server = net.connect(Number(port), hostname, () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
    for (const end of [server, socket]) end.on("error", () => {});
    server.pipe(socket).pipe(server);
    socket.on("close", () => server.destroy());
  });
  return start(proxy, "https:");
}

/** How many sockets this process holds, those that connect included. */
function sockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind.startsWith("TCPSocket")).length;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a request for a proxy", () => {
  test("names the whole URL for plain http, and carries the password", async () => {
    let seen: unknown;
    const proxy = await startHttp((request, response) => {
      const { host, "proxy-authorization": authorization, "x-key": key } = request.headers;
      seen = { line: `${request.method} ${request.url}`, host, authorization, key };
      response.end();
    });
    const client = new NodeClient({ proxy: { url: proxy.url, username: "jürgen", password: "a:b%c" } });
    const url = new URL("http://server.example:8080/a%20b?c=d");
    const { body } = await client.send(get(url, { method: "POST", body: "x", headers: new Headers({ "X-Key": "v" }) }));
    await record(body).ended;
    expect(seen).toEqual({
      line: "POST http://server.example:8080/a%20b?c=d",
      host: "server.example:8080",
      authorization: `Basic ${Buffer.from("jürgen:a:b%c").toString("base64")}`,
      key: "v",
    });
  });

  test("names host and port for https, nothing of the request, and the password", async () => {
    let seen = "";
    const proxy = await startTcp((socket) => {
      socket.once("data", (bytes) => {
        seen = bytes.toString();
        socket.end("HTTP/1.1 502 Bad\r\n\r\n");
      });
    });
    const headers = new Headers({ Authorization: "Bearer token" });
    const url = new URL("https://[::1]/path?key=1");
    await rejection(new NodeClient({ proxy: `http://user:a%3Ab@${proxy.url.host}` }).send(get(url, { headers })));
    expect(seen.split("\r\n").slice(0, 4)).toEqual([
      "CONNECT [::1]:443 HTTP/1.1",
      "Host: [::1]:443",
      `User-Agent: ${USER_AGENT}`,
      `Proxy-Authorization: Basic ${btoa("user:a:b")}`,
    ]);
    expect(seen).not.toMatch(/path|key|token/);
  });

  test("goes over TLS to an https proxy, with certificates of its own", async () => {
    const proxy = await startTlsProxy();
    const server = await startHttps(authority.issue(), (_request, response) => response.write("hello"));
    const client = new NodeClient({ tls, proxy: { url: proxy.url, tls } });
    const { body } = await client.send(get(server.url));
    const recording = record(body, () => body.abort());
    await gone(await server.nextConnection());
    expect(recording.text()).toBe("hello");
    await noSocketIsLeft();
    const error = await connectError(new NodeClient({ tls, proxy: proxy.url }), server.url);
    expect(error.retryable).toBe(false);
    expect(error.message).toMatch(/the proxy https:.* unable to verify.*proxy\.tls\.ca$/);
  });
});

describe("a proxy that fails is CONNECT and named", () => {
  test.each(["http://server.example/", SERVER.href])("dead, for %s: retryable", async (url) => {
    const proxy = await startTcp(() => {});
    proxy.close();
    const error = await connectError(new NodeClient({ proxy: `user:s3cret@${proxy.url.host}` }), new URL(url));
    expect(error.retryable).toBe(true);
    expect(error.message).toContain(`the proxy ${proxy.url.origin} (proxy) cannot be used: connect ECONNREFUSED`);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("s3cret");
  });

  test("named by the environment, which is told", async () => {
    const proxy = await startTcp(() => {});
    proxy.close();
    vi.stubEnv("https_proxy", undefined);
    vi.stubEnv("no_proxy", undefined);
    vi.stubEnv("NO_PROXY", undefined);
    vi.stubEnv("HTTPS_PROXY", proxy.url.href);
    expect((await connectError(new NodeClient())).message).toContain(`${proxy.url.origin} (HTTPS_PROXY)`);
    vi.stubEnv("HTTPS_PROXY", "socks5://user:s3cret@127.0.0.1");
    const error = await rejection(new NodeClient().send(get(SERVER)));
    expect(TransportError.is(error, "CONFIG") && error.details.field).toBe("HTTPS_PROXY");
    expect(inspect(error)).not.toContain("s3cret");
  });

  test.each([
    ["closes at once", true, ""],
    ["speaks no HTTP", true, "SSH-2.0-OpenSSH_9.9\r\n"],
    ["answers 503", true, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"],
    ["answers 429", true, "HTTP/1.1 429 Slowly\r\n\r\n"],
    ["answers 403", false, "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"],
    ["answers 401", false, "HTTP/1.1 401 Who\r\n\r\n"],
    ["answers 407", false, "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\n\r\n"],
    ["answers 300", false, "HTTP/1.1 300 Which\r\n\r\n"],
    ["answers 302", false, "HTTP/1.1 302 There\r\nLocation: /\r\n\r\n"],
    ["talks into the tunnel", true, "HTTP/1.1 200 OK\r\n\r\nhello"],
    ["opens the tunnel and then speaks no TLS", true, "HTTP/1.1 200 OK\r\n\r\n"],
  ])("that %s; retryable: %s", async (how, retryable, answer) => {
    const proxy = await startTcp((socket) => {
      socket.once("data", () => {
        if (how.startsWith("closes")) socket.destroy();
        else socket.write(answer);
        if (how.startsWith("opens")) socket.once("data", () => socket.end("no TLS\r\n"));
      });
    });
    const error = await connectError(new NodeClient({ proxy: proxy.url }));
    expect(error.retryable).toBe(retryable);
    if (!how.startsWith("opens")) expect(error.message).toContain(proxy.url.origin);
    expect(proxy.connections).toBe(1);
  });
});

test("a certificate that is refused through a tunnel is told as the server's, and the tunnel is closed", async () => {
  const server = await startHttps(identity, () => {});
  const proxy = await startTunnel();
  const error = await connectError(new NodeClient({ proxy: proxy.url }), server.url);
  expect(error.retryable).toBe(false);
  expect(error.message).toMatch(/certificate.*tls\.ca$/);
});

describe.each([
  ["in the TCP connect", 2, async () => fullBacklog()],
  ["before the answer to CONNECT", 0, async () => (await startTcp((socket) => socket.resume())).url],
  ["in TLS through the tunnel", 0, async () => (await startAnswer("HTTP/1.1 200 OK\r\n\r\n")).url],
])("a proxy that stalls %s", (_when, itsSockets, startStall) => {
  test("meets connectTimeout, retryable, nothing left behind", async () => {
    const client = new NodeClient({ proxy: await startStall() });
    const error = await rejection(client.send(get(SERVER, { method: "POST", connectTimeout: 100 })));
    expect(TransportError.is(error, "TIMEOUT") && error.retryable).toBe(true);
    await vi.waitFor(() => expect(sockets()).toBe(itsSockets));
  });

  test.each(["the signal", "close()"])("is left at once by %s", async (how) => {
    const controller = new AbortController();
    const client = new NodeClient({ proxy: await startStall() });
    const sent = rejection(client.send(get(SERVER, { signal: controller.signal, connectTimeout: 0 })));
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
    const before = Date.now();
    if (how === "close()") await client.close();
    else controller.abort("enough");
    const error = await sent;
    expect(TransportError.is(error, "CONNECT") || error === "enough").toBe(true);
    expect(Date.now() - before).toBeLessThan(1000);
    await vi.waitFor(() => expect(sockets()).toBe(itsSockets));
  });
});

test("a proxy that stalls sees its socket go when the deadline passes", async () => {
  const proxy = await startAnswer("HTTP/1.1 200 OK\r\n\r\n");
  const sent = rejection(new NodeClient({ proxy: proxy.url }).send(get(SERVER, { connectTimeout: 100 })));
  await gone(await proxy.nextConnection());
  await sent;
  await noSocketIsLeft();
});

describe("an option that cannot be used is CONFIG, names the field, and shows no password", () => {
  const url = "http://127.0.0.1:3128";
  test.each<[string, NodeClientOptions["proxy"] | number | null]>([
    ["proxy", 1],
    ["proxy", null],
    ["proxy", "http://s3cret@"],
    ["proxy", "socks5://user:s3cret@127.0.0.1"],
    ["proxy", "http://user:s3cret%@127.0.0.1"],
    ["proxy.url", {} as ProxyOptions],
    ["proxy.username", { url, username: "s3:cret" }],
    ["proxy.password", { url, password: 1 } as unknown as ProxyOptions],
    ["proxy.pasword", { url, pasword: "s3cret" } as ProxyOptions],
    ["proxy.tls.ca", { url, tls: { ca: "s3cret" } }],
  ])("%s: %j", (field, proxy) => {
    let error: unknown;
    try {
      void new NodeClient({ proxy: proxy as string });
    } catch (thrown) {
      error = thrown;
    }
    if (!TransportError.is(error, "CONFIG")) throw new Error("expected CONFIG", { cause: error });
    expect(error.details.field).toBe(field);
    expect(inspect(error)).not.toMatch(/s3|cret/);
  });

  test("a client's option that is none is CONFIG, with the one likely meant", () => {
    const options = { htpp2: true } as NodeClientOptions;
    expect(() => new NodeClient(options)).toThrow("htpp2: an unknown option cannot be used; did you mean http2?");
  });
});
