import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startServer, until, within } from "./support.js";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "exit-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a program that uses the transport, in a process of its own. */
function start(
  name: string,
  code: string,
): { child: ChildProcess; exited: Promise<number | null>; messages: unknown[] } {
  const outfile = join(folder, `${name}.mjs`);
  buildSync({
    stdin: { contents: `import { SseConnection } from "hpx-transport/sse";\n${code}`, resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@hpx/source", "node"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  const child = fork(outfile, { execArgv: ["--expose-gc", "--unhandled-rejections=strict"] });
  // The channel to this process must not be what keeps that one alive.
  child.channel?.unref();
  onTestFinished(() => void child.kill("SIGKILL"));
  const messages: unknown[] = [];
  child.on("message", (message) => messages.push(message));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { child, exited, messages };
}

test.each([
  ["close()", "const c = await SseConnection.connect(URL); await c.close();"],
  ["break", "for await (const event of SseConnection.open(URL)) break;"],
  ["close() in backoff", "const c = SseConnection.open('http://127.0.0.1:1/'); setTimeout(() => c.close(), 50);"],
  ["a fatal error", "await SseConnection.open(URL + 'refused').opened.catch(() => {});"],
])("after %s the process exits by itself", async (name, code) => {
  const server = await startServer();
  server.otherwise(async (exchange) => {
    await exchange.play(
      exchange.request.url === "/refused" ? { status: 404 } : { body: "data: a\n\n", finish: "hold" },
    );
  });
  const program = start(name.replace(/\W/g, "-"), code.replaceAll("URL", JSON.stringify(server.url)));
  expect(await within(program.exited, "the exit", 10_000)).toBe(0);
});

test("the process stays up while a backoff is pending and nothing else is alive", async () => {
  const server = await startServer();
  server.reply({ status: 503 }, { body: "data: a\n\n", finish: "hold" });
  const code = `for await (const event of SseConnection.open({ url: ${JSON.stringify(server.url)}, reconnect: { initialDelay: 300 } })) break;`;
  expect(await within(start("backoff", code).exited, "the exit", 10_000)).toBe(0);
  expect(server.requests).toHaveLength(2);
});

test("when the last reference to the handle is dropped nothing happens", async () => {
  const server = await startServer();
  const code = `
    const options = { url: ${JSON.stringify(server.url)} };
    const handler = { classifyEvent: (event) => (process.send(event.data), "data") };
    await SseConnection.open(options, handler).opened;
    setInterval(() => gc(), 10).unref();`;
  const { messages } = start("dropped", code);
  await server.until("the stream", () => server.openStreams === 1);
  for (let id = 1; id <= 20; id += 1) {
    server.publish({ data: String(id) });
    await until(() => messages.length === id);
  }
  expect(messages.at(-1)).toBe("20");
});
