import { GenericJsonHandler } from "hpx-transport/websocket";
import { codeOf, equal, failureOf, truthy } from "../../assert.js";
import { type Check, check } from "../../check.js";
import { take, using } from "./tools.js";

/** The handler of what `server/answers.ts` speaks. */
const handler = (): GenericJsonHandler => new GenericJsonHandler({ result: "value" });

export const serving: readonly Check[] = [
  check("WebSocket: requests get their responses, and an error is REQUEST_FAILED", async ({ server }) => {
    const feed = await server.socket({ answers: true });
    await using({ url: feed.url, handler }, async ({ handle }) => {
      const values = ["größer", { a: [1] }, null];
      equal(await Promise.all(values.map((value) => handle.request({ op: "echo", value }))), values);
      const error = await failureOf(() => handle.request({ op: "fail" }));
      const { code } = (error as unknown as { details: { code: unknown } }).details;
      equal([error.code, code], ["REQUEST_FAILED", 42]);
    });
  }),
  check(
    "WebSocket: a request without an answer is REQUEST_TIMEOUT; one whose socket is cut, REQUEST_LOST",
    async ({ server }) => {
      const feed = await server.socket({ answers: true }, { answers: true });
      await using({ url: feed.url, handler }, async ({ handle }) => {
        equal(await codeOf(() => handle.request({ op: "silence" }, { timeout: 100 })), "REQUEST_TIMEOUT");
        const error = await failureOf(() => handle.request({ op: "cut" }));
        equal(
          [error.code, (error as unknown as { details: unknown }).details],
          ["REQUEST_LOST", { id: 2, sent: true }],
        );
        equal(await handle.request({ op: "echo", value: "again" }), "again");
      });
      equal((await feed.received(2, 1)).messages.length, 1, "nothing of the old socket was sent on the new one");
    },
  ),
  check("WebSocket: a subscription is acknowledged and delivers; a refused one fails alone", async ({ server }) => {
    const feed = await server.socket({ answers: true });
    await using({ url: feed.url, handler }, async ({ handle, opened }) => {
      await opened;
      const good = handle.subscribe("a");
      await good.ready;
      const bad = handle.subscribe("no such");
      const [update] = await take(good, 1);
      equal([update?.topic, update?.value], ["a", { topic: "a", n: 1 }]);
      equal(await codeOf(() => bad.ready), "SUBSCRIPTION_FAILED");
      await good.close();
      equal(handle.topics, []);
      const left = await feed.received(1, 3);
      truthy(String(left.messages[2]).includes('"unsubscribe"'), String(left.messages[2]));
    });
  }),
  check("WebSocket: after a loss the topics are subscribed to again, once, and the gap is told", async ({ server }) => {
    const feed = await server.socket({ answers: true }, { answers: true });
    await using({ url: feed.url, handler }, async ({ handle }) => {
      const subscription = handle.subscribe(["a", "b"]);
      await subscription.ready;
      await take(subscription, 2);
      await handle.request({ op: "cut" }).catch(() => {});
      const again = await take(subscription, 2);
      equal(
        again.map(({ topic, epoch, gap, value }) => [topic, epoch, gap?.reason, (value as { n: number }).n]),
        [
          ["a", 2, "reconnect", 2],
          ["b", 2, "reconnect", 2],
        ],
      );
    });
    equal((await feed.received(2)).messages.length, 1);
  }),
  check("WebSocket: reconnect() makes a new socket, and the old one is closed", async ({ server }) => {
    const feed = await server.socket({ answers: true }, { answers: true });
    await using({ url: feed.url, handler }, async ({ handle, opened }) => {
      await opened;
      await handle.reconnect();
      equal(await handle.request({ op: "echo", value: 1 }), 1);
      equal(handle.epoch, 2);
    });
    equal((await feed.gone(1)).close?.code, 1000);
  }),
];
