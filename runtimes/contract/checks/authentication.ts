import { ApiKeyAuth, BearerAuth, HmacAuth, type SignableRequest } from "hpx-transport";
import { equal, truthy } from "../assert.js";
import { type Check, check } from "../check.js";
import { PROMPT, take, using } from "./tools.js";

/** github.com/binance/binance-spot-api-docs, rest-api.md, "SIGNED Endpoint Examples for POST /api/v3/order". */
const PUBLISHED = {
  key: "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
  secret: "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
  query: "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1",
  time: 1_499_827_319_559,
  signature: "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71",
};

export const authentication: readonly Check[] = [
  check("an API key in a header, and one in the query, are sent", async ({ server }) => {
    const reply = { body: "data: a\n\n", finish: "hold" } as const;
    const feed = await server.feed(reply, reply);
    await using({ url: feed.url, auth: ApiKeyAuth.header("X-Api-Key", "k") }, (connection) => take(connection, 1));
    await using({ url: `${feed.url}?a=1`, auth: ApiKeyAuth.query("key", "k&1") }, (connection) => take(connection, 1));
    const [first, second] = await feed.requests();
    equal(first?.headers["x-api-key"], "k");
    truthy(second?.url.endsWith("?a=1&key=k%261"), "the key joined the query");
  }),
  check("a token function is called for every attempt, and once more after a 401", async ({ server }) => {
    const feed = await server.feed({ status: 503 }, { status: 401 }, { body: "data: a\n\n", finish: "hold" });
    let asked = 0;
    const auth = new BearerAuth(() => `t${(asked += 1)}`);
    await using({ url: feed.url, auth, reconnect: PROMPT }, (connection) => take(connection, 1));
    equal(
      (await feed.requests()).map(({ headers }) => headers["authorization"]),
      ["Bearer t1", "Bearer t2", "Bearer t3"],
    );
  }),
  check("an HMAC by Web Crypto gives the published signature", async () => {
    const { key, secret, query, time, signature } = PUBLISHED;
    const url = new URL(`https://api.binance.com/api/v3/order?${query}`);
    const request: SignableRequest = { method: "POST", url, headers: new Headers() };
    await new HmacAuth({ recipe: "binance", key, secret, recvWindow: 5000, now: () => time }).sign(request);
    equal(url.searchParams.get("signature"), signature);
    equal(request.headers.get("x-mbx-apikey"), key);
  }),
  check("each attempt is signed again", async ({ server }) => {
    const feed = await server.feed({ status: 503 }, { body: "data: a\n\n", finish: "hold" });
    let time = PUBLISHED.time;
    const auth = new HmacAuth({ recipe: "binance", key: "k", secret: "s", now: () => (time += 1000) });
    await using({ url: feed.url, auth, reconnect: PROMPT }, (connection) => take(connection, 1));
    const signatures = (await feed.requests()).map(({ url }) => /signature=([0-9a-f]{64})$/.exec(url)?.[1]);
    equal(new Set(signatures).size, 2, `different signatures of ${signatures.join(", ")}`);
  }),
];
