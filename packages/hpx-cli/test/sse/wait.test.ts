import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { SseConfig } from "hpx-transport/sse";
import { MockSseServer } from "hpx-transport/testing";
import { beforeAll, expect, test } from "vitest";
import { Output } from "../../src/output.js";
import { Secrets } from "../../src/request/secrets.js";
import { openTimeoutOption } from "../../src/sse/flags.js";
import { follow, type SseView } from "../../src/sse/follow.js";
import { Progress } from "../../src/view/progress.js";
import { context } from "../support/capture.js";
import { onTestFinished } from "../support/resources.js";
import { bundle, start } from "../support/program.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

test("without --wait a GET has 30 s to its first answer; what is sent once only has the transport's time", () => {
  expect(openTimeoutOption({}, "GET")).toBe(30_000);
  expect(openTimeoutOption({ wait: true }, "GET")).toBe(0);
  expect(openTimeoutOption({ wait: true }, "POST")).toBe(0);
  expect(openTimeoutOption({}, "POST")).toBeUndefined();
  expect(openTimeoutOption({ handler: "openai" }, "GET")).toBeUndefined();
});

test("giving up names the way to wait, and only where it waited", async () => {
  const notes = await notesOf({ openTimeout: 300 });
  expect(notes.slice(1)).toEqual([
    expect.stringMatching(/^CONNECT: .*ECONNREFUSED/),
    "It gave up because no stream was opened in all this time; --wait waits without a limit.",
  ]);
  const atOnce = await notesOf({ openTimeout: 30_000, reconnect: false });
  expect(atOnce).toEqual([expect.stringMatching(/^gave up: /), expect.stringMatching(/^CONNECT: .*ECONNREFUSED/)]);
});

/** What is said of a server that is not there. */
async function notesOf(options: { openTimeout: number; reconnect?: false }): Promise<string[]> {
  const notes: string[] = [];
  const note = (line: string): void => void notes.push(line);
  const view: SseView = {
    show: () => Promise.resolve(),
    stateChanged: () => {},
    note,
    remark: note,
    close: (ending) => void notes.push(ending ?? ""),
  };
  const url = new URL("http://127.0.0.1:1/");
  const io = context();
  const secrets = new Secrets({ url, headers: [], login: undefined, env: {} });
  const parts = { view, progress: new Progress(), sink: new Output(io), secrets, interrupted: io.interrupted };
  expect(await follow({ config: new SseConfig(url, options) }, parts)).toBe(1);
  return notes;
}

test.each([[[]], [["-d", "{}"]]])("--wait connects when the server comes: %j", async (args) => {
  const place = createServer().listen(0, "127.0.0.1");
  await once(place, "listening");
  const { port } = place.address() as AddressInfo;
  await new Promise((resolve) => place.close(resolve));
  const program = start(hpx, ["sse", "--wait", "--max-events", "1", ...args, `http://127.0.0.1:${port}/`]);
  await program.complains(/reconnecting in \d+ ms: CONNECT/);
  const server = await MockSseServer.start({ port });
  onTestFinished(() => server.close());
  server.otherwise({ body: "data: here\n\n", finish: "hold" });
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toContain('"data":"here"');
});
