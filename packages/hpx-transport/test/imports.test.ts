import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { startServer } from "./sse/support.js";

/** What a program prints, bundled for `conditions`, after `before` has changed the runtime. */
async function run(before: string, code: string, conditions: string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "hpx-import-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const outfile = join(folder, "program.mjs");
  await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    platform: "neutral",
    external: ["node:*", "ws"],
    format: "esm",
    conditions: ["@hpx/source", ...conditions],
    banner: { js: before },
  });
  const { stdout } = await promisify(execFile)(process.execPath, [outfile], { timeout: 10_000 });
  return stdout.trim();
}

const ENTRIES = [
  "sseer",
  "sseer/retry",
  ...["", "/auth", "/sse", "/http", "/eventsource", "/fetch", "/websocket"].map((name) => `hpx-transport${name}`),
];
// A bundler leaves out an import without side effects whose names are not used.
const importAll = ENTRIES.map((entry, index) => `import * as entry${index} from ${JSON.stringify(entry)};`).join("\n");
const names = `[${ENTRIES.map((_, index) => `entry${index}`).join()}].map((entry) => Object.keys(entry).length > 0)`;

test.each([["browser"], ["node"]])(
  "an import needs nothing of the runtime, and measures nothing (%s)",
  async (condition) => {
    // jsdom under Jest has no TextDecoder. A read of the clock would be a measurement.
    const before = `
    for (const name of ["TextDecoder", "TextEncoder", "fetch", "Headers", "Request", "Response", "TransformStream",
      "ReadableStream", "MessageChannel", "crypto"]) delete globalThis[name];
    let clockReads = 0;
    const { performance } = globalThis;
    Object.defineProperty(globalThis, "performance", { get: () => ((clockReads += 1), performance), configurable: true });
    delete URL.canParse;
  `;
    const code = `${importAll}\nconsole.log(...${names}, clockReads);`;
    expect(await run(before, code, [condition])).toBe(`${ENTRIES.map(() => true).join(" ")} 0`);
  },
);

test("the parser works without a TextDecoder where there is a Buffer, as in jsdom under Jest", async () => {
  const code = `
    import { EventParser } from "sseer";
    new EventParser({ onEvent: ({ data }) => console.log(data) }).push(Buffer.from("data: \u00e9\\n\\n"));
  `;
  expect(await run("delete globalThis.TextDecoder; delete globalThis.TextEncoder;", code, ["node"])).toBe("é");
});

test("an edge runtime whose process.getBuiltinModule throws has streams and an EventSource", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: ok\n\n", finish: "hold" });
  const before = `process.getBuiltinModule = () => { throw new Error("not supported in the Edge Runtime"); };`;
  const url = JSON.stringify(server.url);
  const code = `
    import { SseConnection } from "hpx-transport/sse";
    import { EventSource } from "hpx-transport/eventsource";
    for await (const { data } of SseConnection.open(${url})) { console.log(data); break; }
    const source = new EventSource(${url});
    source.onmessage = ({ data }) => { console.log(data); source.close(); };
  `;
  expect(await run(before, code, ["edge-light", "browser"])).toBe("ok\nok");
});
