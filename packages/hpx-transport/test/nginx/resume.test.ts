import { beforeEach, expect, test } from "vitest";
import type { SseConnection } from "../../src/sse/index.js";
import { open, prompt, take } from "../sse/support.js";
import { type Nchan, startNchan } from "./support/nchan.js";
import { Nginx } from "./support/nginx.js";
import { eventually } from "../support/promises.js";
import { needs, nginxWithNchan, redis } from "../support/requirements.js";

beforeEach(needs(nginxWithNchan, redis));

async function publishNumbers(server: Nchan, from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number += 1) await server.publish(String(number));
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

/** The old worker may cut the stream long after the reload, when everything was received. */
async function connectedAgain(connection: SseConnection, times: number): Promise<void> {
  await eventually(`reconnect ${times}`, () => connection.handle.stats.reconnects === times);
}

test("events arrive with nginx's ids and types, the old ones and those published from then on", async () => {
  const server = await startNchan();
  await server.publish("old");
  const connection = open(server.events);
  const [old] = await take(connection, 1);
  await server.publish("live", "trade");
  const [live] = await take(connection, 1);
  expect(old).toMatchObject({ event: "message", data: "old" });
  expect(live).toMatchObject({ event: "trade", data: "live" });
  expect(old?.id).toMatch(/^\d+:\d+$/);
  expect(live?.id).not.toBe(old?.id);
});

test("a saved handle.lastEventId resumes in another connection with the event after it", async () => {
  const server = await startNchan();
  await publishNumbers(server, 1, 10);
  const first = open(server.events);
  await take(first, 4);
  const { lastEventId } = first.handle;
  await first.close();
  const events = await take(open({ url: server.events, lastEventId }), 6);
  expect(events.map(({ data }) => data)).toEqual(numbers(5, 10));
});

test.each([
  ["kill -9 of all of nginx and its restart", (nginx: Nginx) => nginx.kill()],
  ["nginx -s stop and a restart", (nginx: Nginx) => nginx.stop()],
])("over %s each event comes once, in order", async (_what, interrupt) => {
  const server = await startNchan();
  const connection = open({ url: server.events, reconnect: prompt });
  for (let round = 0; round < 3; round += 1) {
    const from = round * 20 + 1;
    await publishNumbers(server, from, from + 9);
    const received = await take(connection, 10);
    server.admit(false);
    await interrupt(server.nginx);
    await server.nginx.start();
    await publishNumbers(server, from + 10, from + 19);
    server.admit(true);
    received.push(...(await take(connection, 10)));
    expect(received.map(({ data }) => data)).toEqual(numbers(from, from + 19));
  }
  expect(connection.handle.stats).toMatchObject({ reconnects: 3, events: 60 });
});

// nchan 1.3.6 itself cannot be reloaded when its messages are in Redis: the new workers crash.
test("over nginx -s reload of a proxy each event comes once, in order, while they are published", async () => {
  const server = await startNchan();
  const proxy = await Nginx.start({ server: `location / { proxy_pass ${server.nginx.url}; proxy_buffering off; }` });
  const connection = open({ url: `${proxy.url}/events`, reconnect: prompt });
  for (let round = 0; round < 3; round += 1) {
    const from = round * 40 + 1;
    await publishNumbers(server, from, from + 9);
    const received = take(connection, 40);
    await Promise.all([proxy.reload(), publishNumbers(server, from + 10, from + 39)]);
    expect((await received).map(({ data }) => data)).toEqual(numbers(from, from + 39));
    await connectedAgain(connection, round + 1);
  }
  expect(connection.handle.stats).toMatchObject({ reconnects: 3, events: 120 });
});
