import { FetchClient, UndiciClient } from "hpx-transport/http";
import { SseConnection } from "hpx-transport/sse";
import { codeOf, equal } from "../assert.js";
import { type Check, check } from "../check.js";
import { take, takeData, using } from "./tools.js";

export const limits: readonly Check[] = [
  check("a proxy, TLS options and HTTP/2 are UndiciClient's; where there is none it is CONFIG", async ({ can }) => {
    for (const options of [
      { proxy: "http://127.0.0.1:3128" },
      { tls: { rejectUnauthorized: true } },
      { http2: true },
    ]) {
      if (can.undici) await new UndiciClient(options).close();
      else equal(await codeOf(() => new UndiciClient(options)), "CONFIG");
    }
  }),
  check("a header that is the runtime's own is CONFIG, before anything is sent", async ({ can, server }) => {
    const feed = await server.feed({ body: "data: a\n\n", finish: "hold" });
    const source = { url: feed.url, headers: { Cookie: "a=b" } };
    if (!can.anyHeader) {
      equal(await codeOf(() => SseConnection.connect(source)), "CONFIG");
      equal(await feed.requests(), []);
      return;
    }
    await using(source, (connection) => take(connection, 1));
    equal((await feed.requests())[0]?.headers["cookie"], "a=b");
  }),
  check("FetchClient is there, and does it as well", async ({ server }) => {
    const feed = await server.feed({ log: 2, finish: "hold" });
    const client = new FetchClient();
    equal(await using({ url: feed.url, client }, (connection) => takeData(connection, 2)), ["1", "2"]);
    await feed.gone(1);
    await client.close();
  }),
  check("a stream of another origin needs no preflight", async ({ server }) => {
    const headers = { "access-control-allow-origin": "*" };
    const feed = await server.feedElsewhere({ headers, body: "data: a\n\n", finish: "hold" });
    await using(feed.url, (connection) => take(connection, 1));
    equal(
      (await feed.requests()).map(({ method }) => method),
      ["GET"],
    );
  }),
];
