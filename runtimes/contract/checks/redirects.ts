import { BearerAuth } from "hpx-transport";
import { type SseConnectInfo, SseConnection } from "hpx-transport/sse";
import { codeOf, equal, truthy } from "../assert.js";
import { type Check, check, type World } from "../check.js";
import { PROMPT, takeData, using } from "./tools.js";

/** The headers that let a page of another origin read the response. */
const CORS = { "access-control-allow-origin": "*" };

export const redirects: readonly Check[] = [
  check("a redirect is followed, and the final URL is known", async ({ server }) => {
    const target = await server.feed({ body: "data: a\n\n", finish: "hold" });
    const feed = await server.feed({ status: 302, headers: { location: target.url } });
    const connected: SseConnectInfo[] = [];
    const connection = SseConnection.open(feed.url, {
      classifyEvent: () => "data",
      onConnect: (info) => connected.push(info),
    });
    equal(await takeData(connection, 1), ["a"]);
    await connection.close();
    equal(
      connected.map(({ url }) => url.href),
      [target.url],
    );
  }),
  check("a redirect to another origin is followed when the caller gave no headers", async ({ server }) => {
    const target = await server.feedElsewhere({ headers: CORS, body: "data: a\n\n", finish: "hold" });
    const feed = await server.feed({ status: 307, headers: { location: target.url } });
    equal(await using(feed.url, (connection) => takeData(connection, 1)), ["a"]);
    equal((await feed.requests()).length, 1, "requests that were redirected");
  }),
  check("a Location in UTF-8 is followed to the right URL", async ({ server }) => {
    const target = await server.feed({ body: "data: a\n\n", finish: "hold" });
    const feed = await server.feed({ status: 302, headers: { location: `${target.url}?q=ü` } });
    equal(await using(feed.url, (connection) => takeData(connection, 1)), ["a"]);
    truthy((await target.requests())[0]?.url.endsWith(encodeURI("?q=ü")), "the query arrived");
  }),
  check(
    "on the same origin the caller's headers and the signature are sent, or the error is REDIRECT",
    async (world) => {
      const target = await world.server.feed({ body: "data: a\n\n", finish: "hold" });
      const feed = await world.server.feed({ status: 307, headers: { location: target.url } });
      const source = { url: feed.url, headers: { "X-Api-Key": "k" }, auth: new BearerAuth("t"), reconnect: PROMPT };
      if (!(await followed(world, source))) return;
      const [request] = await target.requests();
      equal([request?.headers["x-api-key"], request?.headers["authorization"]], ["k", "Bearer t"]);
    },
  ),
  check("to another origin neither is sent, or the error is REDIRECT", async (world) => {
    const target = await world.server.feedElsewhere({ headers: CORS, body: "data: a\n\n", finish: "hold" });
    const feed = await world.server.feed({ status: 307, headers: { location: target.url } });
    const source = { url: feed.url, headers: { "X-Api-Key": "k" }, auth: new BearerAuth("t"), reconnect: PROMPT };
    const reached = await followed(world, source);
    const requests = await target.requests();
    equal(requests.length, reached ? 1 : 0, "requests at the other origin");
    for (const { headers } of requests) equal([headers["x-api-key"], headers["authorization"]], [undefined, undefined]);
  }),
  check("after a 303 a POST becomes a GET without a body, or with headers the error is REDIRECT", async (world) => {
    const target = await world.server.feed({ body: "data: a\n\n", finish: "hold" });
    const feed = await world.server.feed({ status: 303, headers: { location: target.url } });
    const headers = { "Content-Type": "text/plain" };
    if (!(await followed(world, { url: feed.url, method: "POST", headers, body: "b", reconnect: PROMPT }))) return;
    const [request] = await target.requests();
    equal([request?.method, request?.text, request?.headers["content-type"]], ["GET", "", undefined]);
  }),
];

/** True when the redirect was followed to the event; a runtime that hides redirects must refuse it. */
async function followed({ can }: World, source: Parameters<typeof using>[0]): Promise<boolean> {
  if (!can.seesRedirects) {
    equal(await codeOf(() => SseConnection.connect(source)), "REDIRECT");
    return false;
  }
  equal(await using(source, (connection) => takeData(connection, 1)), ["a"]);
  return true;
}
