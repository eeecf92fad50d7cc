import { expect, test } from "vitest";
import { connect, eventually, obliging, open, startServer, take, TestHandler, texts } from "./support.js";

const read = () => ({ kind: "update" }) as const;

test("a ping of the server gets one pong with its payload, before anything that waits", async () => {
  const server = await startServer();
  server.otherwise({ steps: [{ ping: "are you there" }, "in"], finish: "hold" });
  const connection = await connect({ url: server.url });
  await texts(connection, 1);
  const peer = await server.connection(1);
  expect(await peer.frame("pong")).toMatchObject({ text: "are you there" });
  expect(peer.frames.filter(({ kind }) => kind === "pong")).toHaveLength(1);
  expect(connection.stats.pongs).toBe(1);
});

test("a pong overtakes what waits to be sent", async () => {
  const server = await startServer();
  server.otherwise({
    steps: [{ read: false }, { delay: 150 }, { ping: "now" }, { delay: 100 }, { read: true }],
    finish: "hold",
  });
  const { handle } = await connect({ url: server.url, sendBufferSize: 2 ** 26 });
  const large = "x".repeat(2 ** 18);
  for (let count = 0; count < 100; count += 1) handle.trySend(large);
  const peer = await server.connection(1);
  await peer.frame("pong");
  // What the operating system had taken before goes first.
  const position = peer.frames.findIndex(({ kind }) => kind === "pong");
  expect(position).toBeGreaterThanOrEqual(0);
  await eventually("all messages", () => peer.messageCount === 100);
  expect(peer.frames.findIndex(({ kind }) => kind === "pong")).toBeLessThan(100);
});

test("a flood of pings gets few pongs, the last one among them, and the connection lives", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    const pings = Array.from({ length: 1000 }, (_, n) =>
      Buffer.from([0x89, 4, ...Buffer.from(String(n).padStart(4, "0"))]),
    );
    for (let round = 0; round < 20; round += 1) await connection.write(Buffer.concat(pings));
    await connection.send("in");
    await connection.receive();
  });
  const connection = await connect({ url: server.url });
  expect(await texts(connection, 1)).toEqual(["in"]);
  const peer = await server.connection(1);
  await eventually("the last pong", () => peer.frames.at(-1)?.text === "0999");
  expect(peer.frames.length).toBeLessThan(1000);
  expect(connection.state.status).toBe("connected");
});

test("a server that is silent after our ping is PONG_TIMEOUT, and there is another connection", async () => {
  const server = await startServer();
  server.reply({ pongs: false, steps: ["one"], finish: "hold" });
  server.otherwise({ steps: ["two"], finish: "hold" });
  const errors: unknown[] = [];
  const connection = open({
    url: server.url,
    pingInterval: 60,
    pongTimeout: 300,
    handler: { read, onDisconnect: (error) => errors.push(error) },
  });
  expect(await texts(connection, 2)).toEqual(["one", "two"]);
  expect(errors).toMatchObject([{ code: "PONG_TIMEOUT", details: { limit: 300 }, retryable: true }]);
});

test("any byte is life: data without pongs, and pongs without data", async () => {
  const server = await startServer();
  const [quiet, busy] = [await startServer(), server];
  quiet.otherwise({ finish: "hold" });
  busy.otherwise(async (connection) => {
    connection.answersPings = false;
    for (let count = 0; count < 40; count += 1) {
      await connection.send(String(count));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await connection.receive();
  });
  // A busy machine may delay each by half a second.
  const options = { pingInterval: 100, pongTimeout: 700 };
  const [one, two] = [await connect({ url: quiet.url, ...options }), await connect({ url: busy.url, ...options })];
  await take(two, 40);
  expect([one.stats.attempts, two.stats.attempts]).toEqual([1, 1]);
  const peer = await busy.connection(1);
  // Also on a busy receiver: some servers count what the client sends.
  expect(peer.frames.filter(({ kind }) => kind === "ping").length).toBeGreaterThan(5);
});

test("the handler's own ping and pong are messages, and a message of any kind is life", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    connection.answersPings = false;
    await connection.send("server ping");
    for await (const { text } of connection) if (text === "ping") await connection.send("pong");
  });
  const handler = {
    read: () => ({ kind: "control" }) as const,
    ping: () => "ping",
    pong: ({ data }: { data: unknown }) => (data === "server ping" ? "client pong" : undefined),
  };
  const connection = await connect({ url: server.url, pingInterval: 30, pongTimeout: 1000, handler });
  const peer = await server.connection(1);
  await peer.message(5);
  expect(peer.texts.slice(0, 3)).toEqual(["client pong", "ping", "ping"]);
  expect(peer.frames.some(({ kind }) => kind === "ping")).toBe(false);
  expect(connection.stats.attempts).toBe(1);
});

test("idleTimeout is without any byte; dataTimeout without an update, while something is subscribed to", async () => {
  const server = await startServer();
  server.reply({ finish: "hold" });
  server.otherwise(obliging);
  const errors: unknown[] = [];
  const onDisconnect = (error: unknown): void => void errors.push(error);
  const idle = open({ url: server.url, idleTimeout: 50, pingInterval: 0, handler: { read, onDisconnect } });
  await server.connection(2);
  await idle.close();
  // The second one may have been idle as well.
  expect(errors[0]).toMatchObject({ code: "IDLE_TIMEOUT", details: { limit: 50, what: "bytes" } });
  errors.length = 0;
  const handler = new TestHandler({ onDisconnect });
  const connection = await connect({ url: server.url, dataTimeout: 100, pingInterval: 20, pongTimeout: 5000, handler });
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(errors).toEqual([]);
  connection.handle.subscribe("a");
  await eventually("the reconnect", () => connection.handle.epoch === 2);
  expect(errors).toMatchObject([{ code: "IDLE_TIMEOUT", details: { limit: 100, what: "data" } }]);
});

test("pings can be turned off", async () => {
  const server = await startServer();
  const connection = await connect({ url: server.url, pingInterval: 0, pongTimeout: 10 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await server.connection(1)).frames).toEqual([]);
  expect(connection.state.status).toBe("connected");
});
