import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { Client } from "@langchain/langgraph-sdk";
import { expect, onTestFinished, test } from "vitest";
import { FaultProxy } from "../../src/testing/index.js";
import { report, testFetch } from "./support.js";

test("a run of LangGraph's own server: cut twice, refused once, nothing lost, started once", async (context) => {
  const port = await startLangGraph();
  const proxy = await FaultProxy.start({ target: port });
  onTestFinished(() => proxy.close());
  const requests: string[] = [];
  const fetch = testFetch({
    handler: (request) => {
      requests.push(request.method);
      return "langgraph";
    },
  });
  const client = new Client({ apiUrl: proxy.url.slice(0, -1), apiKey: null, callerOptions: { fetch, maxRetries: 0 } });
  const { thread_id } = await client.threads.create();
  const first = proxy.connections;
  proxy.plan({ fault: "cut", after: 900 }, { fault: "refuse", for: 30 }, { fault: "reset", after: 600 });
  const seen: unknown[] = [];
  const run = client.runs.stream(thread_id, "agent", { input: {}, streamMode: "custom", streamResumable: true });
  for await (const { event, data } of run) if (event === "custom") seen.push(data);
  expect(seen).toEqual(Array.from({ length: 20 }, (_, at) => ({ n: at + 1, calls: 1 })));
  expect([proxy.stats.cut, proxy.stats.refuse, proxy.stats.reset]).toEqual([1, 1, 1]);
  expect(requests).toEqual(["POST", "POST"]);
  report(context, {
    with: "@langchain/langgraph-sdk 1.15, its own server",
    cuts: 2,
    refusals: 1,
    requests: `POST${" GET".repeat(proxy.connections - first - 1)}`,
    called: 1,
    result: `whole: ${seen.length} of 20 events`,
  });
}, 60_000);

/** The port of a new server. */
async function startLangGraph(): Promise<number> {
  const cwd = await mkdtemp(join(tmpdir(), "hpx-langgraph-"));
  const port = await freePort();
  const program = new URL("langgraph/server.mjs", import.meta.url).pathname;
  const child = spawn(process.execPath, [program, String(port), cwd], {
    env: { ...process.env, LANGSMITH_TRACING: "false" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    await rm(cwd, { recursive: true, force: true });
  });
  let output = "";
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (data: Buffer) => {
      output += data.toString();
      if (output.includes("ready\n")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`the server exited with ${code}: ${output}`)));
  });
  return port;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
