import { expect, test } from "vitest";
import { startProgram } from "../support/bundled-program.js";
import { startServer, until, within } from "./support.js";

test.each([
  ["close()", "const c = await SseConnection.connect(URL); await c.close();"],
  ["break", "for await (const event of SseConnection.open(URL)) break;"],
  ["close() in backoff", "const c = SseConnection.open('http://127.0.0.1:1/'); setTimeout(() => c.close(), 50);"],
  ["a fatal error", "await SseConnection.open(URL + 'refused').opened.catch(() => {});"],
])("after %s the process exits by itself", async (_name, code) => {
  const server = await startServer();
  server.otherwise(async (exchange) => {
    await exchange.play(
      exchange.request.url === "/refused" ? { status: 404 } : { body: "data: a\n\n", finish: "hold" },
    );
  });
  const program = startProgram(code.replaceAll("URL", JSON.stringify(server.url)));
  expect(await within(program.exited, "the exit", 10_000)).toBe(0);
});

test("the process stays up while a backoff is pending and nothing else is alive", async () => {
  const server = await startServer();
  server.reply({ status: 503 }, { body: "data: a\n\n", finish: "hold" });
  const code = `for await (const event of SseConnection.open({ url: ${JSON.stringify(server.url)}, reconnect: { initialDelay: 300 } })) break;`;
  expect(await within(startProgram(code).exited, "the exit", 10_000)).toBe(0);
  expect(server.requests).toHaveLength(2);
});

test("when the last reference to the handle is dropped nothing happens", async () => {
  const server = await startServer();
  const code = `
    const options = { url: ${JSON.stringify(server.url)} };
    const handler = { classifyEvent: (event) => (process.send(event.data), "data") };
    await SseConnection.open(options, handler).opened;
    setInterval(() => gc(), 10).unref();`;
  const { messages } = startProgram(code);
  await server.until("the stream", () => server.openStreams === 1);
  for (let id = 1; id <= 20; id += 1) {
    server.publish({ data: String(id) });
    await until(() => messages.length === id);
  }
  expect(messages.at(-1)).toBe("20");
});
