import { createHmac } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { sseCommand } from "../../src/sse/command.js";
import { context } from "../support/capture.js";
import { bundle, start } from "../support/program.js";
import { startServer } from "../support/resources.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

const env = { HPX_KEY: "the-key", HPX_SECRET: "secret-words", HPX_LOG: "debug" };

test("--hmac signs every attempt anew, with the environment's secret, which nothing shows", async () => {
  const server = await startServer({ body: "retry: 1\nid: 1\ndata: a\n\n" });
  const program = start(hpx, ["sse", "--hmac", "canonical", `${server.url}?a=1`], env);
  expect(await program.exitCode).toBe(0);
  const signatures = server.requests.map(({ method, url, headers }) => {
    const { pathname, search } = new URL(url, server.url);
    const message = `${method}\n${pathname}\n${search.slice(1)}\n`;
    expect(headers["x-signature"]).toBe(createHmac("sha256", env.HPX_SECRET).update(message).digest("hex"));
    expect(headers["x-api-key"]).toBe("the-key");
    return headers["x-signature"];
  });
  expect(signatures.length).toBe(2);
  expect(program.output.stderr).toContain('x-api-key="(hidden)"');
  for (const secret of ["secret-words", "the-key", signatures[0] ?? ""]) {
    expect(program.output.stderr + program.output.stdout).not.toContain(secret);
  }
});

test("the doctor signs, too", async () => {
  const server = await startServer({ status: 404 });
  await start(hpx, ["sse", "doctor", "--hmac", "canonical", server.url], env).exitCode;
  expect((await server.request(1)).headers["x-signature"]).toMatch(/^[0-9a-f]{64}$/);
});

test.each<[string, Record<string, string>, RegExp]>([
  ["unknown", {}, /^--hmac: "unknown" cannot be used; it takes binance, okx, bybit, kraken, coinbase, canonical$/],
  ["binance", { HPX_KEY: "k" }, /^--hmac: it signs with HPX_SECRET; set it in the environment$/],
  ["binance", { HPX_SECRET: "hidden" }, /^HPX_KEY: undefined cannot be used; the binance recipe sends the API key$/],
  ["okx", { HPX_KEY: "k", HPX_SECRET: "hidden" }, /^HPX_PASSPHRASE: undefined cannot be used; it is needed here/],
  [
    "kraken",
    { HPX_KEY: "k", HPX_SECRET: "hidden!" },
    /^HPX_SECRET: a string \(hidden\) that is not base64 cannot be used/,
  ],
])("--hmac %s with %j in the environment is wrong usage", async (recipe, given, message) => {
  const io = { ...context(), env: given };
  const usage = sseCommand(io).parseAsync(["--hmac", recipe, "http://127.0.0.1:1/"], { from: "user" });
  await expect(usage).rejects.toThrow(message);
  await expect(usage).rejects.not.toThrow(/hidden!|"hidden"/);
});
