import { describe, expect, test } from "vitest";
import { createFetch } from "../../src/fetch/index.js";
import { rejection } from "../support/promises.js";
import { countingSignal, pendingTimers, prompt, startServer, within } from "../sse/support.js";
import { dataOf, testFetch } from "./support.js";

describe("an abort", () => {
  test("before the call: nothing is sent", async () => {
    const server = await startServer();
    const error = await rejection(testFetch()(server.url, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ name: "AbortError" });
    expect(error).toBeInstanceOf(DOMException);
    expect(server.requestCount).toBe(0);
  });

  test("before the response rejects with the reason, and the socket closes", async () => {
    const server = await startServer();
    server.otherwise({ head: false, finish: "hold" });
    const controller = new AbortController();
    const failed = rejection(testFetch()(server.url, { signal: controller.signal, method: "POST", body: "{}" }));
    await server.request(1);
    controller.abort();
    expect(await failed).toMatchObject({ name: "AbortError" });
    await server.idle();
  });

  test("of a Request's own signal counts, too", async () => {
    const server = await startServer();
    server.otherwise({ head: false, finish: "hold" });
    const controller = new AbortController();
    const failed = rejection(testFetch()(new Request(server.url, { signal: controller.signal })));
    await server.request(1);
    controller.abort();
    expect(await failed).toMatchObject({ name: "AbortError" });
    // `null` takes it away.
    server.otherwise({ body: "data: a\n\n" });
    const response = await testFetch()(new Request(server.url, { signal: controller.signal }), { signal: null });
    expect(await dataOf(response)).toEqual(["a"]);
  });

  test.each([
    ["an event stream", "text/event-stream"],
    ["another body", "text/plain"],
  ])("during %s errors a read under way and the body at once, and the socket closes", async (_what, type) => {
    const server = await startServer();
    server.otherwise({ headers: { "content-type": type }, body: "data: a\n\n", finish: "hold" });
    const controller = new AbortController();
    const response = await testFetch()(server.url, { signal: controller.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    const read = rejection(reader?.read() ?? Promise.resolve());
    // By then the connection of the other body is over, and its exchange is not.
    await new Promise((resolve) => setTimeout(resolve, 10));
    const reason = new Error("cancelled by the user");
    controller.abort(reason);
    expect(await read).toBe(reason);
    expect(await rejection(reader?.closed ?? Promise.resolve())).toBe(reason);
    await server.idle();
  });

  test("while a reconnect waits ends it", async () => {
    const server = await startServer();
    server.otherwise({ body: "id: 1\ndata: a\n\n", finish: "cut" });
    const controller = new AbortController();
    const send = testFetch({ reconnect: { ...prompt, initialDelay: 60_000 } });
    const response = await send(server.url, { signal: controller.signal });
    const data = rejection(dataOf(response));
    await server.idle();
    controller.abort();
    expect(await within(data, "the end")).toMatchObject({ name: "AbortError" });
    expect(server.requestCount).toBe(1);
  });
});

test("cancelling the body closes the connection, and it does not come back", async () => {
  const server = await startServer();
  server.otherwise({ body: "id: 1\ndata: a\n\n", finish: "hold" });
  const response = await testFetch()(server.url);
  await response.body?.cancel();
  await server.idle();
  expect(server.requestCount).toBe(1);
});

test("after the end of a call nothing listens to its signals, and no timer is left", async () => {
  const server = await startServer();
  const call = countingSignal();
  const option = countingSignal();
  const timers = pendingTimers(1000);
  const send = createFetch({ signal: option.signal, reconnect: prompt, idleTimeout: 5000 });
  const ends: (() => Promise<unknown>)[] = [
    async () => {
      server.reply({ body: "id: 1\ndata: a\n\n", finish: "cut" }, { body: "data: b\n\n" });
      await (await send(server.url, { signal: call.signal })).text();
    },
    async () => {
      server.reply({ body: "data: a\n\n", finish: "hold" });
      await (await send(server.url, { signal: call.signal })).body?.cancel();
    },
    async () => {
      server.reply({ body: "data: a\n\n", finish: "cut" });
      await rejection((await send(server.url, { signal: call.signal })).text());
    },
    async () => {
      server.reply({ headers: { "content-type": "text/plain" }, body: "a" });
      await (await send(server.url, { signal: call.signal })).text();
    },
    async () => {
      server.reply({ headers: { "content-type": "text/plain" }, body: "a", finish: "hold" });
      await (await send(server.url, { signal: call.signal })).body?.cancel();
    },
    async () => {
      server.reply({ headers: { "content-type": "text/plain" }, body: "a", finish: "cut" });
      await rejection((await send(server.url, { signal: call.signal })).text());
    },
    async () => {
      server.reply({ status: 204 });
      await send(server.url, { signal: call.signal });
    },
    async () => {
      server.reply({ status: 307, headers: { location: "/x" } });
      await (await send(server.url, { signal: call.signal, redirect: "manual" })).text();
    },
    async () => {
      server.reply({ head: false, finish: "cut" });
      await rejection(send(server.url, { signal: call.signal, method: "POST", body: new Blob(["a"]) }));
    },
    async () =>
      rejection(send(server.url, { signal: call.signal, headers: { "last-event-id": "\u00e9" }, method: "x y" })),
  ];
  for (const end of ends) await end();
  await server.idle();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect([call.removed(), option.removed()]).toEqual([call.added(), option.added()]);
  expect(call.added()).toBeGreaterThanOrEqual(ends.length - 1);
  expect(timers.size).toBe(0);
});
