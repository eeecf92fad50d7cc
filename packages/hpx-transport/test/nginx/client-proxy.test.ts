import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AnyTransportError } from "../../src/error.js";
import { NodeClient } from "../../src/http/entries/node.js";
import type { MockSseServer } from "../../src/testing/index.js";
import { noSocketIsLeft } from "../http/support/servers.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, take, within } from "../sse/support.js";
import { startTlsFront, tls } from "../sse/tls-front.js";
import { needs, tinyproxy } from "../support/requirements.js";
import { startTinyproxy, type Tinyproxy } from "../support/tinyproxy.js";

// What the client does with a proxy is in test/http/proxy*.test.ts; this is about connections that live on one.

beforeEach(needs(tinyproxy));

beforeEach(() => {
  for (const name of ["http_proxy", "https_proxy", "no_proxy"]) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toUpperCase(), undefined);
  }
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const basicAuth = { user: "user", password: "s3cret" };
const login = `BasicAuth ${basicAuth.user} ${basicAuth.password}`;

/** The proxy's URL with what it wants to know. */
function withPassword({ url }: Tinyproxy, password = basicAuth.password): string {
  return url.href.replace("//", `//${basicAuth.user}:${password}@`);
}

/** Everything that an error or a log line holds, hidden properties included. */
const shown = (what: unknown): string => inspect(what, { depth: 20, showHidden: true }) + JSON.stringify(what);

/** What tinyproxy says that it was asked for; its words may come later than the server's. */
async function expectRequests(proxy: Tinyproxy, lines: readonly string[]): Promise<void> {
  await vi.waitFor(() => expect(proxy.requests().length).toBeGreaterThanOrEqual(lines.length), { timeout: 5000 });
  expect(proxy.requests()).toEqual(lines);
}

/** A server that cuts its first response mid-event, has event 2 for whoever resumes, and then what is published. */
async function startCutting(): Promise<MockSseServer> {
  const server = await startServer();
  for (const data of ["event 1", "event 2"]) server.publish({ data });
  server.reply(async (exchange) => {
    await exchange.play({ body: "id: 1\ndata: event 1\n\nid: 2\ndata: half", finish: "cut" });
  });
  return server;
}

describe.each(["http", "https"] as const)("%s through tinyproxy", (scheme) => {
  /** Where the client finds the server, and the line by which it asks the proxy for it. */
  async function reach(server: MockSseServer): Promise<{ url: string; line: string }> {
    if (scheme === "http") return { url: server.url, line: `GET ${server.url} HTTP/1.1` };
    const { url } = await startTlsFront(server);
    return { url: url.href, line: `CONNECT ${url.host} HTTP/1.1` };
  }

  /** The default client is for those whose servers need nothing of it. */
  const environmentClient = (): NodeClient | undefined => (scheme === "https" ? new NodeClient({ tls }) : undefined);

  test.each(["the proxy option", "the environment"])(
    "with the password in %s: events come one by one, a cut is resumed, and close() leaves nothing",
    async (where) => {
      const proxy = await startTinyproxy(login);
      const server = await startCutting();
      const { url, line } = await reach(server);
      if (where === "the environment") vi.stubEnv(`${scheme.toUpperCase()}_PROXY`, withPassword(proxy));
      const client =
        where === "the environment" ? environmentClient() : new NodeClient({ tls, proxy: withPassword(proxy) });
      const connection = open({ url, client, reconnect: prompt });
      await within(take(connection, 2), "the events before and after the cut");
      for (const data of ["event 3", "event 4"]) {
        server.publish({ data });
        // The next one is published only when this one is here.
        expect(await within(take(connection, 1), data)).toMatchObject([{ id: data.slice(-1), data }]);
      }
      expect(connection.handle.stats.events).toBe(4);
      expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "1"]);
      await expectRequests(proxy, [line, line]);
      for (const { headers } of server.requests) expect(headers).not.toHaveProperty("proxy-authorization");
      await connection.close();
      await server.idle();
      await noSocketIsLeft();
    },
  );

  test("the environment is asked at every attempt: NO_PROXY set later lets a reconnect go to the server itself", async () => {
    const proxy = await startTinyproxy();
    const server = await startServer();
    const { url, line } = await reach(server);
    vi.stubEnv(`${scheme.toUpperCase()}_PROXY`, proxy.url.href);
    const connection = open({ url, client: environmentClient(), reconnect: prompt });
    await within(connection.opened, "the first attempt");
    await expectRequests(proxy, [line]);
    vi.stubEnv("NO_PROXY", "elsewhere.example,127.0.0.1");
    await within(connection.handle.reconnect(), "the second attempt");
    expect(server.requests).toHaveLength(2);
    await expectRequests(proxy, [line]);
    vi.stubEnv("NO_PROXY", "elsewhere.example");
    await within(connection.handle.reconnect(), "the third attempt");
    expect(server.requests).toHaveLength(3);
    await expectRequests(proxy, [line, line]);
  });

  test("a proxy that dies cuts the connection, is named in the errors of the attempts after that, and its password never", async () => {
    const proxy = await startTinyproxy(login);
    const server = await startServer();
    server.publish({ data: "event 1" });
    const { url } = await reach(server);
    const errors: (AnyTransportError | undefined)[] = [];
    const logged: unknown[] = [];
    const log = (...line: unknown[]): void => void logged.push(...line);
    const client = new NodeClient({ tls, proxy: withPassword(proxy) });
    const connection = open(
      { url, client, reconnect: prompt, logger: { debug: log, info: log, warn: log, error: log } },
      { classifyEvent: () => "data", onDisconnect: (error) => errors.push(error) },
    );
    await within(take(connection, 1), "the first event");
    await proxy.kill();
    await server.idle();
    await vi.waitFor(() => expect(errors.length).toBeGreaterThan(2));
    expect(errors[0]).toMatchObject({ code: "SSE_STREAM_ENDED", details: { clean: false } });
    for (const error of errors.slice(1)) {
      expect(error).toMatchObject({ code: "CONNECT", retryable: true, details: { requestSent: false } });
      expect(error?.message).toContain(`the proxy ${proxy.url.origin} (proxy) cannot be used: connect ECONNREFUSED`);
    }
    expect(logged.length).toBeGreaterThan(2);
    expect(shown([errors, logged, connection, client])).not.toContain(basicAuth.password);
    await connection.close();
    await noSocketIsLeft();
  });

  test("a wrong password ends the connection after one attempt, and is not in the error", async () => {
    const proxy = await startTinyproxy(login);
    const server = await startServer();
    const { url, line } = await reach(server);
    const client = new NodeClient({ tls, proxy: withPassword(proxy, "wr0ng") });
    const connection = open({ url, client, reconnect: prompt });
    const error = await within(rejection(connection.stream.next()), "the error");
    // For plain http tinyproxy says 401 then, which could as well be the server's.
    expect(error).toMatchObject({ code: scheme === "http" ? "SSE_INVALID_STATUS" : "CONNECT", retryable: false });
    expect(shown([error, connection])).not.toContain("wr0ng");
    await expectRequests(proxy, [line]);
    expect(server.requests).toEqual([]);
    await noSocketIsLeft();
  });
});
