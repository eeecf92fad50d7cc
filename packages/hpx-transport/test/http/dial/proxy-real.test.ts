import { inspect } from "node:util";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { TransportError } from "../../../src/error.js";
import { NodeClient, type NodeClientOptions } from "../../../src/http/entries/node.js";
import { defaultClient } from "../../../src/http/node/default.js";
import { makeAuthority } from "../support/authority.js";
import { rejection } from "../../support/promises.js";
import { get, record } from "../support/requests.js";
import { gone, noSocketIsLeft, startHttp, startTcp, type TestServer } from "../support/servers.js";
import { requireTinyproxy, startTinyproxy, tinyproxyIsInstalled } from "../../support/tinyproxy.js";
import { startHttps } from "../support/tls.js";

const authority = makeAuthority();
const tls = { ca: authority.ca };
const identity = authority.issue();
const PASSWORD = "BasicAuth user s3cret";

const schemes = [
  { scheme: "http", startServer: (hello: Parameters<typeof startHttp>[0]) => startHttp(hello) },
  { scheme: "https", startServer: (hello: Parameters<typeof startHttp>[0]) => startHttps(identity, hello) },
];

/** The request line that a proxy gets for `server`. */
function lineFor({ url }: TestServer, method = "GET"): string {
  return url.protocol === "https:" ? `CONNECT ${url.host} HTTP/1.1` : `${method} ${url.href} HTTP/1.1`;
}

async function text(url: URL, client: NodeClient | ReturnType<typeof defaultClient>): Promise<string> {
  const recording = record((await client.send(get(url))).body);
  expect(await recording.ended).toBeUndefined();
  return recording.text();
}

function clearEnvironment(): void {
  for (const name of ["http_proxy", "https_proxy", "no_proxy"]) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toUpperCase(), undefined);
  }
}

requireTinyproxy();

describe.skipIf(!tinyproxyIsInstalled).each(schemes)("$scheme through tinyproxy", ({ scheme, startServer }) => {
  beforeEach(() => {
    clearEnvironment();
    return () => {
      vi.unstubAllEnvs();
    };
  });

  const startHello = (): Promise<TestServer> => startServer((_request, response) => response.end("hello"));

  test("arrives, and nothing is left behind", async () => {
    const proxy = await startTinyproxy();
    const server = await startHello();
    const client = new NodeClient({ tls, proxy: proxy.url });
    expect(await text(server.url, client)).toBe("hello");
    expect(proxy.requests()).toEqual([lineFor(server)]);
    await noSocketIsLeft();
  });

  test("streams chunk by chunk; an abort closes the server's socket too", async () => {
    const proxy = await startTinyproxy();
    let more: () => void = () => {};
    const server = await startServer((_request, response) => {
      response.write("one");
      more = () => response.write("two");
    });
    const { body } = await new NodeClient({ tls, proxy: { url: proxy.url } }).send(get(server.url));
    const { chunks } = record(body, () => more());
    await vi.waitFor(() => expect(chunks.join("")).toMatch(/^onetwo/));
    body.abort();
    await gone(await server.nextConnection());
    await noSocketIsLeft();
  });

  test("logs in with a name and a password, in the URL or beside it", async () => {
    const proxy = await startTinyproxy(PASSWORD);
    const server = await startHello();
    const url = new URL(proxy.url);
    url.username = "user";
    url.password = "s3cret";
    expect(await text(server.url, new NodeClient({ tls, proxy: url.href }))).toBe("hello");
    const apart = { url: proxy.url.host, username: "user", password: "s3cret" };
    expect(await text(server.url, new NodeClient({ tls, proxy: apart }))).toBe("hello");
  });

  test.each([
    ["without a password", {}, "it wants a name and a password"],
    ["with a wrong password", { username: "user", password: "wr0ng" }, "it does not accept this name and password"],
  ])("is refused %s: fatal, not sent, and the password is not shown", async (_how, login, hint) => {
    const proxy = await startTinyproxy(PASSWORD);
    const server = await startHello();
    const client = new NodeClient({ tls, proxy: { url: proxy.url, ...login } });
    const sent = client.send(get(server.url, { method: "POST", body: "order" }));
    if (scheme === "http" && "password" in login) {
      // tinyproxy says 401 then, which could as well be the server's: it stays a response.
      const { status, body } = await sent;
      expect(status).toBe(401);
      body.abort();
    } else {
      const error = await rejection(sent);
      if (!TransportError.is(error, "CONNECT")) throw new Error("expected CONNECT", { cause: error });
      expect(error.retryable).toBe(false);
      expect(error.details).toEqual({ origin: server.url.origin, requestSent: false });
      expect(error.message).toMatch(
        new RegExp(`the proxy ${proxy.url.origin} .proxy. refused with status 40.: ${hint}`),
      );
      expect(inspect([client, error], { depth: 20, showHidden: true })).not.toContain("wr0ng");
    }
    expect(server.connections).toBe(0);
    await noSocketIsLeft();
  });

  test("is what the environment asks for, unless NO_PROXY or proxy: false exempts it", async () => {
    const proxy = await startTinyproxy();
    const server = await startHello();
    const client = new NodeClient({ tls });
    const count = async (chosen: NodeClientOptions = { tls }): Promise<number> => {
      const before = proxy.requests().length;
      await text(server.url, Object.keys(chosen).length > 1 ? new NodeClient(chosen) : client);
      return proxy.requests().length - before;
    };
    expect(await count()).toBe(0);
    vi.stubEnv(`${scheme.toUpperCase()}_PROXY`, proxy.url.href);
    expect(await count()).toBe(1);
    expect(await count({ tls, proxy: false })).toBe(0);
    vi.stubEnv("NO_PROXY", `elsewhere.example,127.0.0.1:${server.url.port}`);
    expect(await count()).toBe(0);
    vi.stubEnv("no_proxy", "elsewhere.example");
    expect(await count()).toBe(1);
    vi.stubEnv(`${scheme}_proxy`, "");
    expect(await count()).toBe(0);
  });

  test("a dead server behind it is CONNECT or the proxy's 5xx, to be retried", async () => {
    const proxy = await startTinyproxy();
    const server = await startTcp(() => {}, `${scheme}:`);
    server.close();
    const sent = new NodeClient({ tls, proxy: proxy.url }).send(get(server.url));
    if (scheme === "http") {
      const { status, body } = await sent;
      expect(status).toBeGreaterThanOrEqual(500);
      body.abort();
      return;
    }
    const error = await rejection(sent);
    expect(TransportError.is(error, "CONNECT") && error.retryable).toBe(true);
    expect((error as Error).message).toMatch(/refused with status 5\d\d$/);
  });
});

describe.skipIf(!tinyproxyIsInstalled)("tinyproxy", () => {
  test("that forbids a tunnel is fatal, and says with which status", async () => {
    const proxy = await startTinyproxy("ConnectPort 563");
    const server = await startHttps(identity, () => {});
    const error = await rejection(new NodeClient({ tls, proxy: proxy.url }).send(get(server.url)));
    expect(TransportError.is(error, "CONNECT") && !error.retryable).toBe(true);
    expect((error as Error).message).toMatch(/ refused with status 403$/);
  });

  test("is used by the default client when the environment says so", async () => {
    clearEnvironment();
    const proxy = await startTinyproxy();
    const server = await startHttp((_request, response) => response.end("hello"));
    vi.stubEnv("http_proxy", proxy.url.href);
    expect(await text(server.url, defaultClient())).toBe("hello");
    expect(proxy.requests()).toEqual([lineFor(server)]);
    vi.unstubAllEnvs();
  });
});
