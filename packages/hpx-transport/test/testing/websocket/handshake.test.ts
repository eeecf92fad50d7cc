import { MockWsServer, type WsReply } from "hpx-transport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeAuthority } from "../../http/support/authority.js";
import { RawWsClient } from "./raw-ws-client.js";

let server: MockWsServer;
let clients: RawWsClient[] = [];
beforeEach(async () => {
  server = await MockWsServer.start({ headers: { "X-Server": "mock" } });
  clients = [];
});
afterEach(async () => {
  await Promise.all(clients.map(async (client) => await client.close()));
  await server.close();
});

function connect(reply: WsReply, options: ConstructorParameters<typeof RawWsClient>[1] = {}): RawWsClient {
  server.reply(reply);
  const client = new RawWsClient(server.url, options);
  clients.push(client);
  return client;
}

test("a handshake is accepted with the hash of RFC 6455's example, and the server's headers", async () => {
  const client = connect({ finish: "hold" });
  await client.opened();
  expect(client.head).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
  expect(client.head).toContain("\r\nupgrade: websocket\r\nconnection: Upgrade\r\n");
  expect(client.head).toContain("\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
  expect(client.head).toContain("x-server: mock");
  expect(client.head).not.toContain("sec-websocket-protocol");
});

test("the first offered subprotocol is chosen, another one or none where the reply says so", async () => {
  const offer = { headers: { "sec-websocket-protocol": "a, b" } };
  const [first, second, none] = [
    connect({}, offer),
    connect({ protocol: "z" }, offer),
    connect({ protocol: null }, offer),
  ];
  await first.opened();
  await second.opened();
  await none.opened();
  expect(first.head).toContain("sec-websocket-protocol: a\r\n");
  expect(second.head).toContain("sec-websocket-protocol: z\r\n");
  expect(none.head).not.toContain("sec-websocket-protocol");
  const connection = await server.connection(1);
  expect([connection.protocols, connection.protocol]).toEqual([["a", "b"], "a"]);
});

test("a reply's headers win over those of the handshake, and null leaves one out", async () => {
  const client = connect({ headers: { "Sec-WebSocket-Accept": "wrong", upgrade: null, "set-cookie": ["a=1", "b=2"] } });
  await client.opened();
  expect(client.head).toContain("sec-websocket-accept: wrong\r\n");
  expect(client.head).not.toContain("upgrade: websocket");
  expect(client.head).toContain("set-cookie: a=1\r\nset-cookie: b=2\r\n");
});

test("a refusal has a status, headers and a body, and ends the connection", async () => {
  const client = connect({ status: 429, headers: { "retry-after": "7" }, body: "slow down" });
  expect(await client.end()).toBe("fin");
  expect(client.head).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n/);
  expect(client.head).toContain("content-length: 9\r\nconnection: close\r\nx-server: mock\r\nretry-after: 7\r\n");
  expect(client.rest.toString()).toBe("slow down");
  expect((await server.connection(1)).isOpen).toBe(false);
});

test("a refusal can be held, or reset", async () => {
  const held = connect({ status: 503, finish: "hold" });
  await held.opened();
  expect(held.ended).toBeUndefined();
  expect(await connect({ status: 503, finish: "reset" }).end()).toBe("reset");
});

test("a reply function looks at the request, and refuses or accepts", async () => {
  const reply: WsReply = async (connection) => {
    if (connection.headers["authorization"] !== "Bearer t") return await connection.refuse({ status: 401 });
    await connection.send(`hello ${connection.url}`);
  };
  const refused = connect(reply);
  await refused.end();
  expect(refused.head).toContain("401 Unauthorized");
  const accepted = connect(reply, { headers: { authorization: "Bearer t" }, path: "/a?b=1" });
  expect((await accepted.received(1)).text).toBe("hello /a?b=1");
  // A function that returns closes as a script does.
  expect((await accepted.received(2)).code).toBe(1000);
});

test("a head that is paced comes in pieces", async () => {
  const client = connect({ headPace: { bytes: 20, pause: 2 }, steps: ["whole"], finish: "hold" });
  expect((await client.received(1)).text).toBe("whole");
  expect(client.pieces.length).toBeGreaterThan(5);
  expect(client.pieces[0]).toBe("HTTP/1.1 101 Switchi");
});

test("a head with the body comes in one segment with the first message", async () => {
  let send = (): void => {};
  const gate = new Promise<void>((resolve) => (send = resolve));
  const client = connect({ headWithBody: true, steps: [{ until: gate }, "one", "two"], finish: "hold" });
  await server.connection(1);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(client.pieces).toEqual([]);
  send();
  await client.received(1);
  expect(client.pieces[0]).toMatch(/^HTTP\/1\.1 101[^]*\r\n\r\n\u{81}\u{3}one/u);
  await client.received(2);
});

test("no head at all: the server stalls, or ends", async () => {
  const stalled = connect({ head: false, finish: "hold" });
  await server.connection(1);
  expect(await connect({ head: false, finish: "cut" }).end()).toBe("fin");
  expect(await connect({ head: false, finish: "reset" }).end()).toBe("reset");
  const half = connect({ head: false, steps: [{ raw: "HTTP/1.1 101 Sw" }], finish: "cut" });
  expect(await half.end()).toBe("fin");
  expect(half.pieces.join("")).toBe("HTTP/1.1 101 Sw");
  expect(stalled.pieces).toEqual([]);
});

test("a path has replies of its own", async () => {
  server.route("/b", { status: 404 }, { steps: ["b"] });
  const [first, second, other] = [
    connect({ steps: ["queued"] }, { path: "/b?x" }),
    connect({ status: 500 }, { path: "/b" }),
    connect({}, { path: "/" }),
  ];
  await first.opened();
  await second.opened();
  await other.opened();
  expect(first.head).toContain("404");
  expect((await second.received(1)).text).toBe("b");
  expect((await other.received(1)).text).toBe("queued");
});

test("wss: with a certificate", async () => {
  const authority = makeAuthority();
  await using secure = await MockWsServer.start({ tls: authority.issue() });
  expect(secure.url).toMatch(/^wss:/);
  secure.reply({ steps: ["secret"] });
  const client = new RawWsClient(secure.url, { ca: authority.ca });
  clients.push(client);
  expect((await client.received(1)).text).toBe("secret");
});

test("a request that is no handshake gets 426", async () => {
  const response = await fetch(server.url.replace("ws:", "http:"));
  expect(response.status).toBe(426);
  expect(server.connectionCount).toBe(0);
});
