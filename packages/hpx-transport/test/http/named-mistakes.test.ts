import { createServer as createHttp2 } from "node:http2";
import { createServer as createTls, type TlsOptions } from "node:tls";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { TransportError } from "../../src/error.js";
import { isProtocolFailure } from "../../src/http/failure.js";
import { FetchClient, type HttpClient, NodeClient, type NodeClientOptions } from "../../src/http/entries/node.js";
import { rejection } from "../support/promises.js";
import { identity, makeHttp2Client, open, startFrames, tls } from "./support/http2.js";
import { clients, get, record } from "./support/requests.js";
import { start, startHttp, startRaw, startTcp, type TestServer } from "./support/servers.js";

async function errorOf(client: HttpClient, url: URL): Promise<TransportError> {
  const error = await rejection(client.send(get(url, { headers: new Headers({ "x-key": "SECRET" }) })));
  if (!TransportError.is(error)) throw new Error("expected a transport error", { cause: error });
  expect(inspect(error)).not.toContain("SECRET");
  return error;
}

const secure = ({ port }: URL): URL => new URL(`https://127.0.0.1:${port}/`);
const plain = ({ port }: URL): URL => new URL(`http://127.0.0.1:${port}/`);

/** A server that says `text`, whatever it is asked, or at once. */
function startSaying(text: string | Buffer, atOnce = false): Promise<TestServer> {
  return startTcp((socket) => {
    if (atOnce) socket.write(text);
    else socket.once("data", () => socket.end(text));
  });
}

function startTls(options: TlsOptions): Promise<TestServer> {
  const server = createTls({ ...identity, ...options });
  server.on("tlsClientError", () => {});
  return start(server, "https:");
}

describe("https to a port without TLS says so, and what to do", () => {
  const servers: [string, () => Promise<TestServer>][] = [
    ["HTTP", () => startHttp((_request, response) => response.end())],
    ["SSH", () => startSaying("SSH-2.0-OpenSSH_9.2\r\n", true)],
    ["an echo", () => startTcp((socket) => socket.pipe(socket))],
  ];

  test.each(servers)("%s", async (_name, startServer) => {
    const server = await startServer();
    for (const http2 of [false, true]) {
      const error = await errorOf(new NodeClient({ http2, proxy: false }), secure(server.url));
      expect(error.message).toContain("this port of 127.0.0.1 speaks no TLS; use http: in the URL");
      expect([error.code, error.retryable, isProtocolFailure(error)]).toEqual(["CONNECT", true, true]);
    }
  });

  test("of a proxy, too", async () => {
    const proxy = await startHttp((_request, response) => response.end());
    const error = await errorOf(new NodeClient({ proxy: secure(proxy.url) }), new URL("https://feed.test/"));
    expect(error.message).toContain("speaks no TLS");
    expect(isProtocolFailure(error)).toBe(true);
  });
});

describe("http to a port that speaks something else says what", () => {
  test.each([false, true])("TLS, by its alert; byte by byte: %s", async (cut) => {
    const alert = Buffer.of(0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46);
    const server = await startTcp((socket) => {
      socket.setNoDelay(true);
      socket.once("data", () => {
        if (!cut) socket.end(alert);
        else for (const [i, byte] of alert.entries()) setTimeout(() => socket.write(Buffer.of(byte)), 10 * i);
      });
    });
    const error = await errorOf(new NodeClient({ proxy: false }), server.url);
    expect(error.message).toContain("is no HTTP but TLS; use https: in the URL");
    expect(isProtocolFailure(error)).toBe(true);
  });

  test("HTTP/2", async () => {
    const server = await start(createHttp2(), "http:");
    const error = await errorOf(new NodeClient({ proxy: false }), server.url);
    expect(error.message).toContain("is HTTP/2");
    expect(isProtocolFailure(error)).toBe(true);
  });
});

describe("a server that takes none of the protocols offered", () => {
  test.each([
    ["HTTP/2 alone", false, ["h2"], "takes no HTTP/1.1; it may take HTTP/2, which http2: true offers"],
    ["neither", true, ["smtp"], "takes neither HTTP/2 nor HTTP/1.1"],
  ])("it takes %s, http2: %s", async (_name, http2, ALPNProtocols, message) => {
    const server = await startTls({ ALPNProtocols });
    const error = await errorOf(new NodeClient({ tls, http2, proxy: false }), server.url);
    expect(error.message).toContain(message);
    expect([error.code, error.retryable, isProtocolFailure(error)]).toEqual(["CONNECT", true, true]);
  });

  test("an old version of TLS", async () => {
    const server = await startTls({ minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" });
    const error = await errorOf(new NodeClient({ tls, proxy: false }), server.url);
    expect(error.message).toContain("speaks no version of TLS that Node does");
    expect(isProtocolFailure(error)).toBe(true);
  });
});

describe("a proxy that takes no Basic login", () => {
  const wanted = "and this client by Basic only; go through a local proxy that logs in there, such as Cntlm or Px";

  test.each<[string[], string]>([
    [["Negotiate", "NTLM"], "it logs in by Negotiate or NTLM, "],
    [["NTLM TlRMTVNT, Negotiate"], "it logs in by Negotiate or NTLM, "],
    [['Digest realm="Basic, SECRET", qop="auth"'], "it logs in by Digest, "],
    [["SECRET"], "it logs in by another scheme, "],
    [["Negotiate", 'basic realm="x"'], "it wants a name and a password"],
    [[], "it wants a name and a password"],
  ])("%j", async (challenges, hint) => {
    const lines = challenges.map((each) => `Proxy-Authenticate: ${each}`);
    const { url } = await startRaw(["HTTP/1.1 407 Who", ...lines, "Content-Length: 0"]);
    for (const target of ["http://api.test/", "https://api.test/"]) {
      const error = await errorOf(new NodeClient({ proxy: url }), new URL(target));
      expect(error.message).toContain(hint);
      expect(error.message.includes(wanted)).toBe(!hint.includes("wants"));
      expect(error.retryable).toBe(false);
      // Whatever the password is, it is not asked for, and not called wrong.
      const loggedIn = await errorOf(
        new NodeClient({ proxy: { url, username: "name", password: "SECRET" } }),
        new URL(target),
      );
      const refused = "it does not accept this name and password";
      expect(loggedIn.message).toContain(hint.includes("wants") ? refused : hint);
    }
  });
});

describe("isProtocolFailure", () => {
  test.each<[string, NodeClientOptions, () => Promise<TestServer>]>([
    ["a head that no parser takes", {}, () => startRaw(["SECRET"])],
    ["an answer that is no HTTP", {}, () => startSaying("220 mail ESMTP\r\n")],
  ])("takes %s", async (_name, options, startServer) => {
    const { url } = await startServer();
    const error = await errorOf(new NodeClient({ proxy: false, ...options }), plain(url));
    expect([error.code, isProtocolFailure(error)]).toEqual(["CONNECT", true]);
  });

  test("takes a head that fetch does not take", async () => {
    const { url } = await startRaw(["HTTP/1.1 2000 OK"]);
    expect(isProtocolFailure(await errorOf(new FetchClient(), url))).toBe(true);
  });

  test.each(clients)("takes a coding that is broken, as the cause of another error: $name", async ({ make }) => {
    const broken = gzipSync("x".repeat(1000)).fill(0xff, 15, 20);
    const server = await startHttp((_request, response) => {
      response.setHeader("Content-Encoding", "gzip").end(broken);
    });
    const cause = await record((await make().send(get(server.url))).body).ended;
    expect(isProtocolFailure(TransportError.sseStreamEnded({ cause }))).toBe(true);
  });

  test("takes chunks that are malformed and frames that are not allowed", async () => {
    const server = await startRaw(["HTTP/1.1 200 OK", "Transfer-Encoding: chunked"], "SECRET\r\n");
    const chunks = await record((await new NodeClient().send(get(server.url))).body).ended;
    expect(isProtocolFailure(TransportError.sseStreamEnded({ cause: chunks }))).toBe(true);
    const frames = await startFrames(async (peer) => {
      await peer.opened(1);
      peer.answer(1, "hello");
      peer.frame(8, 0, 0, Buffer.alloc(4));
    });
    const cause = await (await open(makeHttp2Client(), frames.url)).recording.ended;
    expect(isProtocolFailure(TransportError.sseStreamEnded({ cause }))).toBe(true);
  });

  test.each<[string, () => Promise<TestServer>]>([
    ["a connection that breaks", () => startTcp((socket) => void socket.once("data", () => socket.destroy()))],
    ["a head that is cut", () => startSaying("HTTP/1.1 200 O")],
  ])("does not take %s", async (_name, startServer) => {
    const { url } = await startServer();
    expect(isProtocolFailure(await errorOf(new NodeClient({ proxy: false }), url))).toBe(false);
  });

  test.each([undefined, null, "ERR_HTTP_HEAD", new Error("?"), TransportError.idleTimeout(1)])(
    "does not take %s",
    (error) => {
      expect(isProtocolFailure(error)).toBe(false);
    },
  );
});

test.each(clients)("$name refuses CONNECT: the answer would be a tunnel", async ({ make }) => {
  const server = await startHttp(() => {});
  const error = await rejection(make().send(get(server.url, { method: "CONNECT" })));
  expect(TransportError.is(error, "CONFIG") && error.details.field).toBe("method");
  expect(server.connections).toBe(0);
});
