import { expect, test } from "vitest";
import { MercureSseHandler, type SseLoss } from "../../src/sse/index.js";
import { open, prompt, silent, startServer, take } from "../sse/support.js";
import { EARLIEST, KNOWN, MISSED, OPENING, PRIVATE_UPDATES, UPDATES } from "./fixtures/mercure.js";

const path = ".well-known/mercure?match=http%3A%2F%2Fexample.com%2Fbooks%2F1";

class Listening extends MercureSseHandler {
  readonly losses: SseLoss[] = [];
  onLoss(lost: SseLoss): void {
    this.losses.push(lost);
  }
}

test("updates are followed over a reconnect; the hub that answers what it was asked lost nothing", async () => {
  const server = await startServer();
  server.reply(
    { body: OPENING + PRIVATE_UPDATES },
    { headers: { "last-event-id": "c" }, body: OPENING + MISSED, finish: "hold" },
  );
  const handler = new Listening();
  const connection = open({ url: server.url + path, reconnect: prompt }, handler);
  expect((await take(connection, 3)).map(({ event, id, data }) => [event, id, data])).toEqual([
    ["test", "b", "Hello World"],
    ["message", "c", "Great"],
    ["message", "b", "d2"],
  ]);
  expect(server.requests.map(({ url, lastEventId }) => [url, lastEventId])).toEqual([
    [`/${path}`, undefined],
    [`/${path}`, "c"],
  ]);
  expect([handler.losses, connection.handle.stats.lost]).toEqual([[], 0]);
});

test.each([KNOWN, EARLIEST])(
  "a hub that answers %o instead may have lost events: that is told before any of its own",
  async (answered) => {
    const server = await startServer();
    server.reply(
      { body: OPENING + UPDATES },
      { headers: { "last-event-id": answered }, body: OPENING + MISSED, finish: "hold" },
    );
    const warnings: unknown[] = [];
    const logger = { ...silent, warn: (...entry: unknown[]) => warnings.push(entry) };
    const order: unknown[] = [];
    class Ordered extends MercureSseHandler {
      onLoss(lost: SseLoss): void {
        order.push(lost);
      }
      override classifyEvent(event: { data: string; event: string; id: string }): "data" {
        order.push(event.data);
        return "data";
      }
    }
    const connection = open({ url: server.url, logger, reconnect: prompt }, new Ordered());
    await take(connection, 3);
    expect(order).toEqual(["Hello World", "Great", "unknown", "d2"]);
    expect(connection.handle.stats.lost).toBe(1);
    expect(warnings).toContainEqual([expect.objectContaining({ lost: "unknown" }), "events were lost"]);
  },
);

test.each([
  ["lastEventId: unknown", { lastEventId: "unknown" }, path],
  ["a header of the caller's", { headers: { "Last-Event-ID": "unknown" } }, path],
  ["?lastEventID=unknown", {}, `${path}&lastEventID=unknown`],
])("the first answer is compared as well, with %s", async (_what, options, target) => {
  const server = await startServer();
  server.otherwise({ headers: { "last-event-id": KNOWN }, body: OPENING + MISSED, finish: "hold" });
  const handler = new Listening();
  await take(open({ url: server.url + target, ...options }, handler), 1);
  expect(handler.losses).toEqual(["unknown"]);
});

test.each([
  ["a hub that does not say", { lastEventId: "a" }, {}],
  ["one that was asked for all it has", { lastEventId: EARLIEST }, { "last-event-id": KNOWN }],
  ["one that was asked for nothing", {}, { "last-event-id": KNOWN }],
])("no loss: %s", async (_what, options, headers) => {
  const server = await startServer();
  server.otherwise({ headers, body: OPENING + MISSED, finish: "hold" });
  const handler = new Listening();
  await take(open({ url: server.url, ...options }, handler), 1);
  expect(handler.losses).toEqual([]);
});

// node:http cannot write such a header together with flushHeaders().
test("an id beyond Latin-1 is compared by its bytes", () => {
  const judge = (answered: string): unknown =>
    new MercureSseHandler().judgeResponse({
      status: 200,
      headers: new Headers({ "Last-Event-ID": Buffer.from(answered).toString("latin1") }),
      url: new URL("http://localhost/"),
      attempt: 1,
      lastEventId: "é🎈",
    });
  expect([judge("é🎈"), judge("é")]).toEqual([undefined, { lost: "unknown" }]);
});
