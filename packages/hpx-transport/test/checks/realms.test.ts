import { runInNewContext } from "node:vm";
import { expect, onTestFinished, test } from "vitest";
import { isBytes } from "../../src/checks/bytes.js";
import { NodeClient } from "../../src/http/entries/node.js";
import { HmacAuth, type HmacMessage, type SignableRequest } from "../../src/index.js";
import { SseConfig, SseConnection } from "../../src/sse/index.js";
import { makeAuthority } from "../http/support/authority.js";
import { startHttps } from "../http/support/tls.js";
import { open, startServer, take } from "../sse/support.js";

/** Bytes of another realm, as jsdom, Jest and `node:vm` have them. */
function foreignBytes(text: string): Uint8Array {
  return runInNewContext("new Uint8Array(list)", { list: [...new TextEncoder().encode(text)] }) as Uint8Array;
}

test("a Uint8Array of any realm is bytes, and nothing else is", () => {
  expect(foreignBytes("a") instanceof Uint8Array).toBe(false);
  for (const bytes of [foreignBytes("a"), new Uint8Array(1), Buffer.from("a")]) expect(isBytes(bytes)).toBe(true);
  const others = [new DataView(new ArrayBuffer(1)), new Uint16Array(1), new ArrayBuffer(1), [1], "a", null, undefined];
  for (const other of [...others, { [Symbol.toStringTag]: "Uint8Array" }]) expect(isBytes(other)).toBe(false);
});

test("bytes of another realm are a body, given or made, and the config has a copy", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: a\n\n", finish: "hold" });
  const body = foreignBytes("one");
  const config = new SseConfig(server.url, { method: "POST", body });
  body[0] = 0;
  await take(open(config), 1);
  await take(open({ url: server.url, method: "POST", body: () => foreignBytes("two") }), 1);
  expect(server.requests.map((request) => String(request.body))).toEqual(["one", "two"]);
});

test("a URL of another realm is a URL", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: a\n\n", finish: "hold" });
  const url = { href: server.url, toString: () => server.url, [Symbol.toStringTag]: "URL" } as unknown as URL;
  await take(open(url), 1);
  await take(open({ url }), 1);
});

test("PEM of another realm is taken for TLS", async () => {
  const { ca, issue } = makeAuthority();
  const server = await startHttps(issue(), (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).write("data: a\n\n");
  });
  const { cert, key } = issue();
  for (const tls of [
    { ca: foreignBytes(ca) },
    { ca: [foreignBytes(ca)], cert: foreignBytes(cert), key: foreignBytes(key) },
  ]) {
    const client = new NodeClient({ tls });
    onTestFinished(() => client.close());
    await take(open({ url: server.url, client }), 1);
  }
});

async function signatureOf(
  bytes: (text: string) => string | Uint8Array,
  message?: HmacMessage,
): Promise<string | null> {
  const auth = new HmacAuth({
    recipe: "canonical",
    secret: bytes("secret"),
    key: bytes("key"),
    now: () => 5,
    ...(message !== undefined && { message: () => message }),
  });
  const request: SignableRequest = {
    method: "POST",
    url: new URL("https://example.com/a"),
    headers: new Headers(),
    body: bytes("body"),
  };
  await auth.sign(request);
  return request.headers.get("X-Signature");
}

test("HmacAuth signs bytes of another realm as its own: secret, key, body and message", async () => {
  const text = (value: string): string => value;
  expect(await signatureOf(foreignBytes)).toBe(await signatureOf(text));
  expect(await signatureOf(text, foreignBytes("5 a"))).toBe(await signatureOf(text, "5 a"));
  expect(await signatureOf(text, ["5 ", foreignBytes("a")])).toBe(await signatureOf(text, "5 a"));
});

test("a runtime without URL.canParse checks URLs all the same", () => {
  const { canParse } = URL;
  Reflect.deleteProperty(URL, "canParse");
  onTestFinished(() => void Object.assign(URL, { canParse }));
  expect(new SseConfig("https://example.com/a").url.href).toBe("https://example.com/a");
  expect(() => SseConnection.open("example.com")).toThrow('url: "example.com" cannot be used');
  expect(() => new NodeClient({ proxy: "http://" })).toThrow("proxy: this value (hidden) cannot be used");
});
