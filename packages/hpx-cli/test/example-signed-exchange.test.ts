import { createHmac } from "node:crypto";
import { MockSseServer } from "hpx-transport/testing";
import { beforeAll, expect, test } from "vitest";
import { onTestFinished } from "./support/resources.js";
import { bundle, start } from "./support/program.js";

let signedExchange = "";
beforeAll(async () => {
  signedExchange = await bundle("examples/signed-exchange.ts");
});

/** An exchange of the kind of Binance, whose clock is 90 s ahead: 401 unless a request is signed and fresh. */
async function startExchange(): Promise<MockSseServer> {
  const server = await MockSseServer.start();
  onTestFinished(() => server.close());
  const scripts = [
    { body: "retry: 10\nid: 1\nevent: trade\ndata: 1.5\n\nid: 2\nevent: tra", finish: "cut" },
    { body: "id: 2\nevent: trade\ndata: 2.5\n\n", finish: "hold" },
  ] as const;
  let played = 0;
  server.otherwise(async (exchange) => {
    const { url, headers } = exchange.request;
    const [query = "", signature] = url.slice(url.indexOf("?") + 1).split("&signature=");
    const age = Date.now() + 90_000 - Number(new URLSearchParams(query).get("timestamp"));
    const isRight = signature === createHmac("sha256", "secret").update(query).digest("hex");
    const accepted = isRight && Math.abs(age) < 5000 && headers["x-mbx-apikey"] === "key";
    const script = scripts[played];
    if (!accepted || script === undefined) return await exchange.play({ status: 401 });
    played += 1;
    await exchange.play(script);
  });
  return server;
}

test.concurrent("signed-exchange signs every attempt, resumes, and says on Ctrl-C where to go on", async () => {
  const server = await startExchange();
  const env = { API_KEY: "key", API_SECRET: "secret", CLOCK_OFFSET: "90000" };
  const example = start(signedExchange, [`${server.url}trades?symbol=BTC%2FUSD`, "binance", "0"], env);
  await example.prints(/^1 trade 1\.5\n2 trade 2\.5\n/);
  example.process.kill("SIGINT");
  expect(await example.exitCode).toBe(0);
  expect(example.output).toEqual({ stdout: '1 trade 1.5\n2 trade 2.5\nresume after "2"\n', stderr: "" });
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual(["0", "1"]);
});

test.concurrent("signed-exchange is refused with a clock that is off, and says so without the secret", async () => {
  const server = await startExchange();
  const example = start(signedExchange, [server.url, "binance"], { API_KEY: "key", API_SECRET: "secret" });
  expect(await example.exitCode).toBe(1);
  expect(example.output.stderr).toBe("SSE_INVALID_STATUS: the server answered 401; a stream needs 200\n");
  expect(server.requests).toHaveLength(1);
});

test.concurrent.each([
  [["binance"], 1, "CONFIG: HmacAuth.key: undefined cannot be used; the binance recipe sends the API key\n"],
  [
    ["unknown"],
    2,
    "usage: API_SECRET=... signed-exchange URL binance|okx|bybit|kraken|coinbase|canonical [LAST_EVENT_ID]\n",
  ],
])("signed-exchange names the missing value: %j", async (args, code, message) => {
  const example = start(signedExchange, ["http://127.0.0.1:9/", ...args], { API_SECRET: "secret" });
  expect(await example.exitCode).toBe(code);
  expect(example.output.stderr).toBe(message);
});
