import { FetchClient, NodeClient } from "hpx-transport/http";
import { SseConnection } from "hpx-transport/sse";
import { codeOf, equal } from "../assert.js";
import { type Check, check } from "../check.js";
import { take, takeData, using } from "./tools.js";

/** Headers that some runtimes do not let a program set, and headers that all of them do. */
const HEADERS: Readonly<Record<string, string>> = {
  "X-Api-Key": "k",
  Accept: "text/event-stream, application/json",
  "Accept-Language": "de",
  "Cache-Control": "no-transform",
  Cookie: "a=b",
  Host: "stream.example",
  Connection: "close",
  TE: "trailers",
  "Accept-Encoding": "identity",
  "User-Agent": "contract/1",
  Origin: "https://stream.example",
  Referer: "https://stream.example/page",
  Via: "1.1 proxy",
};

export const limits: readonly Check[] = [
  check("a proxy, TLS options and HTTP/2 are NodeClient's; where there is none it is CONFIG", async ({ can }) => {
    for (const options of [
      { proxy: "http://127.0.0.1:3128" },
      { tls: { rejectUnauthorized: true } },
      { http2: true },
    ]) {
      if (can.nodeClient) await new NodeClient(options).close();
      else equal(await codeOf(() => new NodeClient(options)), "CONFIG");
    }
  }),
  check(
    "a header arrives as it was given; a header that the runtime sets itself is CONFIG, and nothing is sent",
    async (world) => {
      for (const [name, value] of Object.entries(HEADERS)) {
        const feed = await world.server.feed({ body: "data: a\n\n", finish: "hold" });
        const source = { url: feed.url, headers: { [name]: value } };
        if (world.can.ownHeaders.includes(name)) {
          equal(await codeOf(() => SseConnection.connect(source)), "CONFIG", name);
          equal(await feed.requests(), [], name);
        } else {
          await using(source, (connection) => take(connection, 1));
          equal((await feed.requests())[0]?.headers[name.toLowerCase()], value, name);
        }
      }
    },
  ),
  check("FetchClient works in every runtime", async ({ server }) => {
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
