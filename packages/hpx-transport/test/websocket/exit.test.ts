import { expect, test } from "vitest";
import { startProgram } from "../support/bundled-program.js";
import { eventually, startServer } from "./support.js";

test.each([
  ["close()", "const c = await WsConnection.connect(URL); await c.close();"],
  ["break", "for await (const message of WsConnection.open(URL)) break;"],
  ["close() in backoff", "const c = WsConnection.open('ws://127.0.0.1:1/'); setTimeout(() => c.close(), 50);"],
  ["a fatal error", "await WsConnection.open(URL + 'refused').opened.catch(() => {});"],
  [
    "close() with requests and subscriptions",
    `const h = { read: () => ({ kind: "update" }), request: () => "r", subscribe: () => "s" };
     const c = await WsConnection.connect({ url: URL, handler: h });
     c.handle.subscribe("a"); c.handle.request(1).catch(() => {}); c.handle.send("x");
     setTimeout(() => c.close(), 50);`,
  ],
])("after %s the process exits by itself", async (_name, code) => {
  const server = await startServer();
  server.otherwise({ steps: ["in"], finish: "hold" });
  server.route("/refused", { status: 404 });
  const program = startProgram(code.replaceAll("URL", JSON.stringify(server.url)));
  expect(await program.exited).toBe(0);
});

test("the process stays up while a backoff is pending, and a connection that is open", async () => {
  const server = await startServer();
  server.reply({ status: 503 }, { steps: ["in"], finish: "hold" });
  const code = `for await (const { data } of WsConnection.open({ url: ${JSON.stringify(server.url)}, reconnect: { initialDelay: 300 } })) break;`;
  expect(await startProgram(code).exited).toBe(0);
  expect(server.connectionCount).toBe(2);
});

test("a process that stood still: what came in time is delivered, no healthy link is dropped", async () => {
  const server = await startServer();
  const code = `
    const c = WsConnection.open({ url: ${JSON.stringify(server.url)}, pingInterval: 200, pongTimeout: 1500, idleTimeout: 3000 });
    for await (const { data } of c) process.send({ data, attempts: c.stats.attempts });`;
  const program = startProgram(code);
  const peer = await server.connection(1, { deadline: 15_000 });
  await peer.send("before");
  await eventually("the first message", () => program.messages.length === 1);
  program.child.kill("SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, 600));
  await peer.send("while stopped");
  await new Promise((resolve) => setTimeout(resolve, 3400));
  program.child.kill("SIGCONT");
  await eventually("the second message", () => program.messages.length === 2);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await peer.send("after");
  await eventually("the third message", () => program.messages.length === 3);
  expect(program.messages).toEqual(["before", "while stopped", "after"].map((data) => ({ data, attempts: 1 })));
});
