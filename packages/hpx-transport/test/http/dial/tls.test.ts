import type { TLSSocket } from "node:tls";
import { rootCertificates } from "node:tls";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { TransportError } from "../../../src/error.js";
import { type Lookup, NodeClient, type TlsOptions } from "../../../src/http/entries/node.js";
import { encryptKey, type Identity, makeAuthority } from "../support/authority.js";
import { startDemanding } from "../support/openssl-server.js";
import { rejection } from "../../support/promises.js";
import { get, record } from "../support/requests.js";
import { gone, noSocketIsLeft, type TestServer } from "../support/servers.js";
import { startHttps } from "../support/tls.js";

const authority = makeAuthority();
const { ca } = authority;
const stranger = makeAuthority();
const identity = authority.issue();
const client1 = authority.issue({ commonName: "client one" });

const startHello = (server: Identity = identity): Promise<TestServer> =>
  startHttps(server, (_request, response) => {
    response.end("hello");
  });

/** What the server at `url` answers to a client with `tls`. */
async function answer(url: URL, tls?: TlsOptions): Promise<string> {
  const { body } = await new NodeClient({ tls, proxy: false }).send(get(url));
  const recording = record(body);
  expect(await recording.ended).toBeUndefined();
  return recording.text();
}

/** The fatal CONNECT error of such a client, before which nothing was sent. */
async function refusal(url: URL, tls?: TlsOptions, method = "POST"): Promise<string> {
  const error = await rejection(new NodeClient({ tls, proxy: false }).send(get(url, { method })));
  if (!TransportError.is(error, "CONNECT")) throw new Error("expected CONNECT", { cause: error });
  expect(error.retryable).toBe(false);
  expect(error.details).toEqual({ origin: url.origin, requestSent: false });
  return error.message;
}

describe("the server's certificate", () => {
  test.each<[string, TlsOptions]>([
    ["as text", { ca }],
    ["as bytes", { ca: new TextEncoder().encode(ca) }],
    ["among others", { ca: [...rootCertificates.slice(0, 2), stranger.ca, Buffer.from(ca)] }],
  ])("is accepted from an authority of one's own, given %s", async (_how, tls) => {
    const server = await startHello();
    expect(await answer(server.url, tls)).toBe("hello");
  });

  test("is accepted from a host with a name, and with the name that servername gives", async () => {
    const server = await startHello();
    expect(await answer(new URL(`https://localhost:${server.url.port}/`), { ca })).toBe("hello");
    const named = await startHello(authority.issue({ subjectAltName: "DNS:feed.example" }));
    expect(await answer(named.url, { ca, servername: "feed.example" })).toBe("hello");
  });

  test("of an authority that is unknown is refused, and the message says what to give", async () => {
    const server = await startHello();
    expect(await refusal(server.url)).toMatch(/unable to .*certificate.*127\.0\.0\.1.*tls\.ca$/);
    expect(await refusal(server.url, { ca: stranger.ca })).toMatch(/tls\.ca$/);
    await noSocketIsLeft();
  });

  test("for another host is refused, and the message says for which", async () => {
    const server = await startHello(authority.issue({ subjectAltName: "DNS:feed.example" }));
    expect(await refusal(server.url, { ca })).toMatch(/127\.0\.0\.1.*tls\.servername$/);
    const other = await startHello();
    const message = await refusal(other.url, { ca, servername: "feed.example" });
    expect(message).toContain("feed.example");
    expect(message).toContain("localhost");
    await noSocketIsLeft();
  });

  test("that has expired is refused, and the message says so", async () => {
    const server = await startHello(authority.issue({ days: -1 }));
    expect(await refusal(server.url, { ca })).toMatch(/certificate has expired.*needs a new certificate/);
  });

  test("is not looked at with rejectUnauthorized: false", async () => {
    const server = await startHello(stranger.issue({ subjectAltName: "DNS:feed.example" }));
    expect(await answer(server.url, { rejectUnauthorized: false })).toBe("hello");
  });
});

describe("the client's certificate", () => {
  const startAsking = (): Promise<TestServer> =>
    startHttps({ ...identity, ca, requestCert: true }, (request, response) => {
      response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN);
    });

  test("is shown to a server that asks for it, the key encrypted or not", async () => {
    const server = await startAsking();
    expect(await answer(server.url, { ca, ...client1 })).toBe("client one");
    const key = encryptKey(client1.key, "pass phrase");
    expect(await answer(server.url, { ca, cert: client1.cert, key, passphrase: "pass phrase" })).toBe("client one");
  });

  describe.each(["tls1_2", "tls1_3"] as const)("over %s", (protocol) => {
    test.each<[string, Identity | undefined, RegExp]>([
      ["missed", undefined, /client certificate; give one as tls\.cert and tls\.key$/],
      ["of an unknown authority", stranger.issue(), /does not accept the client certificate \(tls\.cert\)$/],
      ["expired", authority.issue({ days: -1 }), /does not accept the client certificate \(tls\.cert\)$/],
    ])("when %s is a fatal error that says so; the request was not taken", async (_what, given, message) => {
      const url = await startDemanding(identity, ca, protocol);
      expect(await refusal(url, { ca, ...given })).toMatch(message);
      await noSocketIsLeft();
    });

    test("opens a server that demands one", async () => {
      const url = await startDemanding(identity, ca, protocol);
      expect(await answer(url, { ca, ...client1 })).toContain("client one");
    });
  });
});

test("the server is asked for by its name without a final dot, and its certificate is for that name", async () => {
  const asked: string[] = [];
  const server = await startHttps(
    {
      ...authority.issue({ subjectAltName: "DNS:feed.example" }),
      SNICallback: (name, callback) => {
        asked.push(name);
        callback(null);
      },
    },
    (request, response) => response.end(request.headers.host),
  );
  const lookup: Lookup = (_host, _options, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]);
  const client = new NodeClient({ tls: { ca }, proxy: false, lookup });
  for (const host of ["feed.example", "feed.example."]) {
    const recording = record((await client.send(get(`https://${host}:${server.url.port}/`))).body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe(`${host}:${server.url.port}`);
  }
  expect(asked).toEqual(["feed.example", "feed.example"]);
});

test("an aborted body closes the TLS socket at once", async () => {
  const server = await startHttps(identity, (_request, response) => response.write("hello"));
  const { body } = await new NodeClient({ tls: { ca }, proxy: false }).send(get(server.url));
  body.abort();
  await gone(await server.nextConnection());
  await noSocketIsLeft();
});

describe("an option that cannot be used is CONFIG and names the field", () => {
  const { cert, key } = client1;
  const garbage = "-----BEGIN CERTIFICATE-----\nc2VjcmV0\n-----END CERTIFICATE-----";
  test.each<[string, string, unknown]>([
    ["tls", "a string", "secret"],
    ["tls", "an array", ["secret"]],
    ["tls", "null", null],
    ["tls.ca", "a file's name", { ca: "secret.pem" }],
    ["tls.ca", "a list with a number", { ca: [ca, 1] }],
    ["tls.ca", "what is no certificate", { ca: garbage }],
    ["tls.ca", "bytes that are no certificate", { ca: new Uint8Array(4) }],
    ["tls.cert", "a number", { cert: 1, key }],
    ["tls.cert", "nothing for the key", { key }],
    ["tls.cert", "what is no certificate", { cert: garbage, key }],
    ["tls.key", "nothing for the certificate", { cert }],
    ["tls.key", "a key of another certificate", { cert, key: identity.key }],
    ["tls.key", "a certificate", { cert, key: cert }],
    ["tls.key", "a wrong passphrase", { cert, key: encryptKey(key, "right"), passphrase: "secret" }],
    ["tls.key", "an encrypted key without passphrase", { cert, key: encryptKey(key, "right") }],
    ["tls.passphrase", "a number", { cert, key, passphrase: 1 }],
    ["tls.servername", "an empty name", { servername: "" }],
    ["tls.cret", "a name misspelt", { cret: cert, key }],
    ["tls.minVersion", "what is no option", { minVersion: "secret" }],
    ["tls.rejectUnauthorized", "a string", { rejectUnauthorized: "false" }],
  ])("%s: %s", (field, _what, tls) => {
    let error: unknown;
    try {
      void new NodeClient({ tls: tls as TlsOptions });
    } catch (thrown) {
      error = thrown;
    }
    if (!TransportError.is(error, "CONFIG")) throw new Error("expected CONFIG", { cause: error });
    expect(error.details.field).toBe(field);
    expect(inspect(error)).not.toMatch(/secret|PRIVATE/);
  });

  test("every option may be undefined", async () => {
    const server = await startHello();
    const nothing = { cert: undefined, key: undefined, passphrase: undefined, servername: undefined };
    expect(await answer(server.url, { ca, ...nothing, rejectUnauthorized: undefined })).toBe("hello");
  });
});

test("no key and no passphrase is in what is inspected or written", async () => {
  const key = encryptKey(client1.key, "pass phrase");
  const server = await startHello();
  const client = new NodeClient({ tls: { cert: client1.cert, key, passphrase: "pass phrase" }, proxy: false });
  const error = await rejection(client.send(get(server.url)));
  const shown = [client, error].map((each) => inspect(each, { depth: 20, showHidden: true }) + JSON.stringify(each));
  expect(shown.join()).not.toMatch(/pass phrase|PRIVATE KEY|BEGIN/);
  await client.close();
});
