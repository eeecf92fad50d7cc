import { build } from "esbuild";
import { expect, test } from "vitest";
import { sseHandlers } from "../../src/sse/index.js";

test("each handler can be made by its name, anew each time", () => {
  expect(Object.keys(sseHandlers)).toEqual([
    "generic",
    "openai",
    "anthropic",
    "mcp",
    "graphql",
    "stellar",
    "wikimedia",
    "mercure",
    "openai-responses",
    "ai-sdk",
    "langgraph",
    "tanstack",
    "durable-streams",
  ]);
  for (const [name, make] of Object.entries(sseHandlers)) {
    const event = { graphql: "next", "durable-streams": "data" }[name] ?? "message";
    expect(make().classifyEvent?.({ event, data: '{"a":1}', id: "" })).toBe("data");
    expect(make()).not.toBe(make());
  }
});

test("a bundle that names one handler, or none, holds no other handler", async () => {
  const { metafile } = await build({
    stdin: {
      contents: "export { SseConnection, McpSseHandler } from 'hpx-transport/sse'",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    conditions: ["@hpx/source", "browser"],
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const bundled = inputs.filter(([path, { bytesInOutput }]) => path.includes("/handlers/") && bytesInOutput > 0);
  const names = bundled.map(([path]) => path.replace(/.*\//, ""));
  expect(names.toSorted()).toEqual(["generic.ts", "mcp.ts", "support.ts"]);
});
