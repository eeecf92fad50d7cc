import { expect, test } from "vitest";
import type { Logger } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, take, within } from "./support.js";

/** What a logger was told: level, fields, message. */
function recorder(): { logger: Logger; lines: unknown[][] } {
  const lines: unknown[][] = [];
  const level =
    (name: string) =>
    (fields: object, message: string): void =>
      void lines.push([name, message, fields]);
  return { lines, logger: { debug: level("debug"), info: level("info"), warn: level("warn"), error: level("error") } };
}

test("info when connected and closed, warn for each reconnect, debug for each event, never its data", async () => {
  const server = await startServer();
  server.reply(
    { body: "event: t\nid: 1\ndata: private\n\n" },
    { status: 503, headers: { "retry-after": "0" } },
    { body: "data: b\n\n", finish: "hold" },
  );
  const { logger, lines } = recorder();
  const connection = open({ url: `${server.url}feed?key=private`, reconnect: prompt, logger });
  await take(connection, 2);
  await connection.close();
  const where = { origin: server.url.slice(0, -1), path: "/feed" };
  const ended = { reason: "SSE_STREAM_ENDED", message: "the server ended the stream" };
  const message = "the server answered 503; a stream needs 200";
  const refused = { reason: "SSE_INVALID_STATUS", message, status: 503, retryAfter: 0 };
  expect(lines).toEqual([
    ["info", "connected", { ...where, status: 200, attempt: 1 }],
    ["debug", "event", { event: "t", id: "1", size: 7 }],
    ["warn", "reconnecting", { ...where, attempt: 1, delay: 20, ...ended }],
    ["warn", "reconnecting", { ...where, attempt: 2, delay: 1, ...refused }],
    ["info", "connected", { ...where, status: 200, attempt: 2 }],
    ["debug", "event", { event: "message", id: "1", size: 1 }],
    ["info", "closed", where],
  ]);
  expect(JSON.stringify(lines)).not.toContain("private");
});

test("error for what ends a stream", async () => {
  const server = await startServer();
  server.reply({ status: 404 });
  const { logger, lines } = recorder();
  await rejection(open({ url: server.url, logger }).opened);
  const error = "SSE_INVALID_STATUS: the server answered 404; a stream needs 200";
  expect(lines).toEqual([["error", "closed", { origin: new URL(server.url).origin, path: "/", error, status: 404 }]]);
});

test("a wait is logged in whole milliseconds", async () => {
  const server = await startServer();
  server.reply({ status: 503 }, { finish: "hold" });
  const { logger, lines } = recorder();
  const policy = { delay: () => 1.2345 };
  await open({ url: server.url, reconnect: policy, logger }).opened;
  expect(lines[0]).toMatchObject(["warn", "reconnecting", { delay: 1 }]);
});

test.each(["debug", "info", "warn"])(
  "a logger whose %s() throws is HANDLER, fatal, and the end is still reached",
  async (level) => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\n" });
    const logger: Logger = {
      ...recorder().logger,
      [level]: () => {
        throw new Error("disk full");
      },
      error: () => {
        throw new Error("disk full");
      },
    };
    const connection = open({ url: server.url, reconnect: prompt, logger });
    const loop = async (): Promise<void> => {
      for await (const event of connection) expect(event.data).toBe("a");
    };
    expect(await within(rejection(loop()), "the error")).toMatchObject({
      code: "HANDLER",
      details: { hook: "logger" },
    });
    await within(connection.handle.closed, "closed");
    await server.idle();
  },
);
