import * as dns from "node:dns";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { TransportError } from "../../../src/error.js";
import { type Lookup, NodeClient, type NodeClientOptions } from "../../../src/http/entries/node.js";
import { identity, tls } from "../support/http2.js";
import { rejection } from "../../support/promises.js";
import { fullBacklog } from "../support/full-backlog.js";
import { get, record } from "../support/requests.js";
import { noSocketIsLeft, startHttp, startTcp } from "../support/servers.js";

async function text(client: NodeClient, url: URL | string): Promise<string> {
  const recording = record((await client.send(get(url))).body);
  expect(await recording.ended).toBeUndefined();
  return recording.text();
}

const answer: RequestListener = (request, response) => {
  response.end(
    `${request.headers.host} ${request.socket.remoteFamily ?? "unix"} ${request.socket.remoteAddress ?? ""}`,
  );
};

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("socketPath", () => {
  async function listen(server: Server): Promise<string> {
    const directory = mkdtempSync(join(tmpdir(), "hpx-"));
    // On Windows a server listens on a named pipe.
    const path = process.platform === "win32" ? join("\\\\.\\pipe", directory) : join(directory, "socket");
    server.listen(path);
    await once(server, "listening");
    onTestFinished(() => {
      server.close();
      rmSync(directory, { recursive: true, force: true });
    });
    return path;
  }

  test("leads every request to that socket, past the environment's proxy, with the URL's host", async () => {
    const socketPath = await listen(createServer(answer));
    vi.stubEnv("http_proxy", "http://127.0.0.1:1");
    const client = new NodeClient({ socketPath });
    expect(await text(client, "http://daemon.example/events")).toBe("daemon.example unix ");
    expect(await text(client, "http://127.0.0.1:1/")).toBe("127.0.0.1:1 unix ");
    await noSocketIsLeft();
  });

  test("is spoken TLS to for https, and the certificate is compared with the URL's host", async () => {
    const socketPath = await listen(createSecureServer(identity, answer));
    const client = new NodeClient({ socketPath, tls, proxy: false });
    expect(await text(client, "https://localhost/")).toBe("localhost unix ");
    const error = await rejection(client.send(get("https://other.example/")));
    expect(TransportError.is(error, "CONNECT") && !error.retryable).toBe(true);
  });

  test("that leads nowhere is CONNECT, retryable", async () => {
    const client = new NodeClient({ socketPath: join(tmpdir(), "hpx-no-such-socket") });
    const error = await rejection(client.send(get("http://daemon.example/")));
    expect(TransportError.is(error, "CONNECT") && error.retryable).toBe(true);
    expect((error as Error).message).toContain("ENOENT");
  });
});

describe("lookup", () => {
  test("may be dns.lookup itself", async () => {
    const server = await startHttp(answer);
    const client = new NodeClient({ lookup: dns.lookup, proxy: false });
    expect(await text(client, `http://localhost:${server.url.port}/`)).toContain("localhost");
  });

  test("finds the addresses of a host, with the options of dns.lookup", async () => {
    const server = await startHttp(answer);
    const asked: unknown[] = [];
    const lookup: Lookup = (host, options, callback) => {
      asked.push([host, options.all === true]);
      dns.lookup("127.0.0.1", options, callback);
    };
    const url = `http://stream.example:${server.url.port}/`;
    expect(await text(new NodeClient({ lookup, proxy: false }), url)).toContain("stream.example");
    expect(await text(new NodeClient({ lookup, proxy: false, family: 4 }), url)).toContain("stream.example");
    expect(asked).toEqual([
      ["stream.example", true],
      ["stream.example", false],
    ]);
  });

  test("finds the addresses of a proxy", async () => {
    const proxy = await startHttp(answer);
    const lookup: Lookup = (_host, options, callback) => dns.lookup("127.0.0.1", options, callback);
    const client = new NodeClient({ lookup, proxy: `http://proxy.example:${proxy.url.port}` });
    expect(await text(client, "http://stream.example/")).toContain("stream.example");
  });

  test("may give one address, as many lookup functions do", async () => {
    const server = await startHttp(answer);
    const lookup: Lookup = (_host, _options, callback) => void setImmediate(callback, null, "127.0.0.1", 4);
    expect(await text(new NodeClient({ lookup, proxy: false }), `http://stream.example:${server.url.port}/`)).toContain(
      "127.0.0.1",
    );
  });

  test.each<[string, Lookup]>([
    ["fails", (_host, _options, callback) => void setImmediate(callback, new Error("no such service"), "", 0)],
    [
      "throws",
      () => {
        throw new Error("no such service");
      },
    ],
  ])("that %s is CONNECT with its reason", async (_how, lookup) => {
    const error = await rejection(new NodeClient({ lookup, proxy: false }).send(get("http://stream.example/")));
    expect(TransportError.is(error, "CONNECT") && error.message).toContain("no such service");
    await noSocketIsLeft();
  });
});

test("localAddress is where the connection comes from, and its family the only one that is reached", async () => {
  const server = await startHttp(answer);
  const client = new NodeClient({ localAddress: "127.0.0.2", proxy: false });
  // localhost may be ::1 first, which cannot be reached from there.
  for (const host of ["127.0.0.1", "localhost"]) {
    expect(await text(client, `http://${host}:${server.url.port}/`)).toContain("127.0.0.2");
  }
});

test.each<[NodeClientOptions, number]>([
  [{ family: 4 }, 4],
  [{ family: 6 }, 6],
  [{ localAddress: "127.0.0.1" }, 4],
  [{ localAddress: "127.0.0.1", family: 0 }, 4],
])("%j asks for addresses of that version only", async (options, version) => {
  const server = await startHttp(answer);
  const families: unknown[] = [];
  const lookup: Lookup = (_host, { family, all }, callback) => {
    families.push(family);
    dns.lookup("127.0.0.1", { all: all ?? false }, callback);
  };
  await text(new NodeClient({ ...options, lookup, proxy: false }), `http://stream.example:${server.url.port}/`);
  expect(families).toEqual([version]);
});

describe("an option that cannot be used is CONFIG and names the field", () => {
  test.each<[keyof NodeClientOptions | "options", unknown]>([
    ["socketPath", { socketPath: "" }],
    ["socketPath", { socketPath: 80 }],
    ["socketPath", { socketPath: "/a\0b" }],
    ["proxy", { socketPath: "/run/x", proxy: "http://127.0.0.1:1" }],
    ["lookup", { lookup: "dns" }],
    ["localAddress", { localAddress: "localhost" }],
    ["localAddress", { localAddress: 127 }],
    ["family", { family: 5 }],
    ["family", { family: "IPv4" }],
    ["family", { localAddress: "127.0.0.1", family: 6 }],
    ["http2", { http2: "yes" }],
    ["options", null],
  ])("%s: %j", (field, options) => {
    let error: unknown;
    try {
      void new NodeClient(options as NodeClientOptions);
    } catch (thrown) {
      error = thrown;
    }
    expect(TransportError.is(error, "CONFIG") && error.details.field).toBe(field);
  });

  test("a name misspelt is answered with the one likely meant; undefined and proxy: false ask for nothing", () => {
    const make = (options: object) => (): unknown => new NodeClient(options);
    expect(make({ socketpath: "/run/x" })).toThrow("did you mean socketPath?");
    expect(make({ dispatcher: {} })).toThrow("dispatcher: an unknown option");
    expect(make({ socketPath: "/run/x", proxy: false, lookup: undefined, family: undefined })).not.toThrow();
  });
});

describe("a first address that is dead does not keep the client from the second one", () => {
  const [dead, alive] = ["127.0.0.1", "127.0.0.2"].map((address) => ({ address, family: 4 }));
  const lookup: Lookup = (_host, { all }, callback) => {
    if (all === true) callback(null, [dead ?? expect.unreachable(), alive ?? expect.unreachable()]);
    else callback(null, dead?.address ?? "", 4);
  };
  const client = new NodeClient({ lookup, proxy: false });

  /** A server at the second address only, and its URL by name. */
  async function startAtSecond(port: number): Promise<URL> {
    const server = createServer(answer).listen(port, alive?.address);
    await once(server, "listening");
    onTestFinished(() => void server.close());
    return new URL(`http://stream.example:${(server.address() as AddressInfo).port}/`);
  }

  test("where it refuses", async () => {
    expect(await text(client, await startAtSecond(0))).toContain("stream.example");
  });

  test("where it does not answer: it has one second, because it may only be far away", async () => {
    const silent = await fullBacklog();
    const url = await startAtSecond(Number(silent.port));
    const begin = performance.now();
    expect(await text(client, url)).toContain("stream.example");
    const time = performance.now() - begin;
    expect(time).toBeGreaterThan(950);
    expect(time).toBeLessThan(3000);
  });
});

test("a refused connection over a lookup of several addresses names them all", async () => {
  const server = await startTcp(() => {});
  server.close();
  const lookup: Lookup = (_host, _options, callback) =>
    callback(null, [
      { address: "127.0.0.1", family: 4 },
      { address: "127.0.0.2", family: 4 },
    ]);
  const error = await rejection(
    new NodeClient({ lookup, proxy: false }).send(get(`http://stream.example:${server.url.port}/`)),
  );
  expect((error as Error).message).toMatch(/127\.0\.0\.1:\d+; .*127\.0\.0\.2:\d+/);
});
