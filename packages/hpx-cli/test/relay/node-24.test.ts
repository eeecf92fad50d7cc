import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { bundle, start } from "../support/program.js";
import { onTestFinished } from "../support/resources.js";
import { feedServer, RelayFile, until, verdict } from "./support.js";

vi.setConfig({ testTimeout: 60_000 });

/** `npm ci --prefix runtimes` puts it there. */
const runtimes = fileURLToPath(new URL("../../../../runtimes/", import.meta.url));
const node24 = `${runtimes}node_modules/node-24/bin/node`;

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

// In CI it must run.
describe.skipIf(!existsSync(node24) && process.env["CI"] !== "true")("on Node 24, which has SQLite", () => {
  test("the log of a relay on another version is read and verified, without a warning", async () => {
    const server = await feedServer();
    const file = new RelayFile({ sources: { a: { url: server.url } } });
    server.publish({ data: "one" });
    const relay = start(hpx, ["relay", file.path]);
    await server.nextRequest();
    relay.process.kill("SIGTERM");
    expect(await relay.exitCode).toBe(0);
    const { line } = await verdict(hpx, file.path);
    const { stdout, stderr, status } = spawnSync(node24, [hpx, "relay", "verify", file.path], { encoding: "utf8" });
    expect([stdout.trimEnd(), stderr, status]).toEqual([line, "", 0]);
  });

  test("the log is served there: an id goes on, without a warning", async () => {
    const server = await feedServer();
    const file = new RelayFile({ sources: { a: { url: server.url } } });
    const relay = start(hpx, ["relay", file.path]);
    await server.nextRequest();
    for (const data of ["one", "two", "three"]) server.publish({ data });
    const child = spawn(node24, [hpx, "relay", "serve", "--port", "0", file.path]);
    onTestFinished(() => void child.kill("SIGKILL"));
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    await until("the URL", () => output.stdout.endsWith("\n"));
    const url = new URL("/a", output.stdout.trim());
    const read = async (id: string, last: string): Promise<string> => {
      const response = await fetch(url, { headers: { "last-event-id": id } });
      let text = "";
      for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += part;
        if (text.includes(`data: ${last}\n\n`)) break;
      }
      return text;
    };
    const [, id = ""] = /id: (\S+)\ndata: one\n/.exec(await read("earliest", "three")) ?? [];
    expect(await read(id, "three")).toMatch(
      /^retry: 1000\n\nid: 2\.2-\w+\ndata: two\n\nid: 3\.3-\w+\ndata: three\n\n$/,
    );
    child.kill("SIGTERM");
    expect((await once(child, "exit"))[0]).toBe(0);
    expect(output.stderr).toMatch(/^serving 1 source of sqlite:.*\n$/);
    relay.process.kill("SIGTERM");
    expect(await relay.exitCode).toBe(0);
  });

  test("a relay runs there, and another one on this version goes on behind it", async () => {
    const server = await feedServer();
    server.reply({ body: [{ event: { id: "1", data: "one" } }] }, { status: 204 });
    server.otherwise({ status: 204 });
    const file = new RelayFile({ sources: { a: { url: server.url } } });
    const [code] = await once(spawn(node24, [hpx, "relay", file.path], { stdio: "ignore" }), "exit");
    expect(code).toBe(0);
    expect((await verdict(hpx, file.path)).line).toBe("1 event, 1 source: lost 0, doubled 0, no gap marked");
  });
});
