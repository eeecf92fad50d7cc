import { build } from "esbuild";
import { expect, test } from "vitest";

/** What a bundle of `code` would hold, by the bundler's own account. */
async function inputsOf(code: string, conditions: string[] = ["@hpx/source", "node"]): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: conditions.includes("node") ? "node" : "neutral",
    conditions,
  });
  return Object.keys(metafile.inputs);
}

test("import 'hpx-transport' loads neither SSE nor HTTP code, nor a parser", async () => {
  const inputs = await inputsOf("import * as all from 'hpx-transport'; console.log(all)");
  expect(inputs.filter((path) => /\/src\/(sse|http|observe|testing)\/|undici|opentelemetry/.test(path))).toEqual([]);
  expect(inputs.filter((path) => path.includes("sseer/src/") && !path.includes("sseer/src/retry/"))).toEqual([]);
  expect(inputs.some((path) => path.endsWith("hpx-transport/src/error.ts"))).toBe(true);
});

test("import 'hpx-transport/auth' loads errors and checks beside itself, and nothing of a runtime", async () => {
  const inputs = await inputsOf("import * as all from 'hpx-transport/auth'; console.log(all)", [
    "@hpx/source",
    "browser",
  ]);
  const others = inputs.filter((path) => !/\/src\/auth\/|<stdin>/.test(path));
  expect(others.filter((path) => !/\/src\/(checks\/[\w-]+|error)\.ts$/.test(path))).toEqual([]);
  expect(others.length).toBeGreaterThan(1);
});

test("import 'hpx-transport/sse' loads no OpenTelemetry code, and 'hpx-transport/otel' no connection", async () => {
  const observes = (paths: string[]): string[] => paths.filter((path) => /\/observe\/otel\/|opentelemetry/.test(path));
  expect(observes(await inputsOf("export * from 'hpx-transport/sse'"))).toEqual([]);
  for (const conditions of [
    ["@hpx/source", "node"],
    ["@hpx/source", "browser"],
  ]) {
    const inputs = await inputsOf("export * from 'hpx-transport/otel'", conditions);
    expect(observes(inputs).length).toBeGreaterThan(5);
    expect(inputs.filter((path) => /\/src\/(sse|http|testing)\/|undici/.test(path))).toEqual([]);
  }
});

test("import 'hpx-transport/sse' loads no testing code, undici nowhere, and the client for Node only on Node", async () => {
  const code = "export * from 'hpx-transport/sse'; export * from 'hpx-transport/http'";
  const onNode = await inputsOf(code);
  expect(onNode.filter((path) => /\/src\/testing\/|undici/.test(path))).toEqual([]);
  expect(onNode.some((path) => path.endsWith("/src/http/node/client.ts"))).toBe(true);
  for (const runtime of ["browser", "workerd", "bun", "deno"]) {
    const elsewhere = await inputsOf(code, ["@hpx/source", runtime]);
    expect(elsewhere.filter((path) => /undici|\/src\/http\/node\//.test(path))).toEqual([]);
    expect(elsewhere.some((path) => path.endsWith("/src/http/fetch/client.ts"))).toBe(true);
  }
});

test("import 'hpx-transport/fetch' loads no testing code, no EventSource, and the client for Node only on Node", async () => {
  const code = "export * from 'hpx-transport/fetch'";
  const onNode = await inputsOf(code);
  expect(onNode.filter((path) => /\/src\/(testing|eventsource|observe\/otel)\/|undici/.test(path))).toEqual([]);
  expect(onNode.some((path) => path.endsWith("/src/http/node/client.ts"))).toBe(true);
  for (const runtime of ["browser", "workerd", "bun", "deno"]) {
    const elsewhere = await inputsOf(code, ["@hpx/source", runtime]);
    expect(elsewhere.filter((path) => path.includes("/src/http/node/"))).toEqual([]);
  }
  const sse = await inputsOf("export * from 'hpx-transport/sse'");
  expect(sse.filter((path) => /hpx-transport\/src\/fetch\//.test(path))).toEqual([]);
});

test("import 'hpx-transport/sse' loads no WebSocket code, and 'hpx-transport/websocket' neither SSE code nor a parser", async () => {
  for (const runtime of ["node", "browser", "workerd", "bun", "deno"]) {
    const conditions = ["@hpx/source", runtime];
    const sse = await inputsOf("export * from 'hpx-transport/sse'", conditions);
    expect(sse.filter((path) => /\/websocket\/|node_modules\/ws\//.test(path))).toEqual([]);
    const websocket = await inputsOf("export * from 'hpx-transport/websocket'", conditions);
    expect(
      websocket.filter((path) => /\/src\/(sse|eventsource|fetch|durable|testing|observe\/otel)\//.test(path)),
    ).toEqual([]);
    expect(websocket.filter((path) => /sseer\/src\/(?!retry\/)/.test(path))).toEqual([]);
    const isNode = runtime === "node";
    expect(websocket.some((path) => path.includes("/src/websocket/node/"))).toBe(isNode);
    expect(websocket.some((path) => path.includes("/src/websocket/platform/"))).toBe(!isNode);
    // The package ws is an optional peer: it is there where a bundle is made for Node, and loaded at first use.
    expect(websocket.some((path) => path.includes("node_modules/ws/"))).toBe(isNode);
    expect(websocket.filter((path) => path.includes("node_modules") && !path.includes("node_modules/ws/"))).toEqual([]);
  }
});
