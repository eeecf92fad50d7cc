import { createFetch } from "hpx-transport/fetch";
import { EventStream } from "sseer";
import { equal, failureOf } from "../assert.js";
import { type Check, check } from "../check.js";
import { numbers, PROMPT } from "./tools.js";

const options = { reconnect: PROMPT };

export const fetching: readonly Check[] = [
  check("fetch: an event stream goes on over cuts, in one body, every event once", async ({ server }) => {
    const cut = [3, 40, 100].map((finishAfter) => ({ log: 60, finish: "cut" as const, finishAfter }));
    const feed = await server.feed(...cut, { log: 60 });
    const response = await createFetch(options)(feed.url);
    equal([response.status, response.url], [200, feed.url]);
    equal(await dataOf(response), numbers(60));
  }),
  check(
    "fetch: a POST that breaks errors the body and is sent once; a handler takes up its answer",
    async ({ server }) => {
      const post = { method: "POST", body: "{}", headers: { "Content-Type": "text/plain" } };
      const feed = await server.feed({ body: ["id: 1\ndata: a\n\n", { delay: 100 }], finish: "cut" });
      const failure = await failureOf(async () => dataOf(await createFetch(options)(feed.url, post)));
      equal(failure.code, "SSE_STREAM_ENDED");
      equal((await feed.requests()).length, 1);
      const result = '{"jsonrpc":"2.0","id":1,"result":{}}';
      const call = await server.feed(
        { body: ["id: 1\ndata: \n\n", { delay: 100 }], finish: "cut" },
        { body: `id: 2\ndata: ${result}\n\n`, finish: "hold" },
      );
      equal(await dataOf(await createFetch({ ...options, handler: "mcp" })(call.url, post)), ["", result]);
      equal(
        (await call.requests()).map(({ method }) => method),
        ["POST", "GET"],
      );
    },
  ),
  check("fetch: any other response passes as it came", async ({ server }) => {
    const feed = await server.feed({
      status: 404,
      headers: { "content-type": "text/plain" },
      body: "é".repeat(50_000),
    });
    const response = await createFetch(options)(feed.url, { method: "PUT", body: new Blob(["data"]) });
    equal([response.status, response.ok, (await response.text()).length], [404, false, 50_000]);
    equal((await feed.requests()).length, 1);
  }),
  check("fetch: an abort errors the body with its reason, and the server sees the socket go", async ({ server }) => {
    const feed = await server.feed({ body: "data: a\n\n", finish: "hold" });
    const controller = new AbortController();
    const response = await createFetch(options)(feed.url, { signal: controller.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    const failure = failureOf(async () => reader?.read());
    controller.abort(new Error("enough"));
    equal((await failure).message, "enough");
    await feed.gone(1);
  }),
];

async function dataOf(response: Response): Promise<string[]> {
  if (response.body === null) throw new Error("there is no body");
  const data: string[] = [];
  for await (const event of new EventStream(response.body)) data.push(event.data);
  return data;
}
