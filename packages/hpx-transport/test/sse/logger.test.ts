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
    { status: 503 },
    { body: "data: b\n\n", finish: "hold" },
  );
  const { logger, lines } = recorder();
  const connection = open({ url: `${server.url}?key=private`, reconnect: prompt, logger });
  await take(connection, 2);
  await connection.close();
  const origin = server.url.slice(0, -1);
  expect(lines).toEqual([
    ["info", "connected", { status: 200, origin, attempt: 1 }],
    ["debug", "event", { event: "t", id: "1", size: 7 }],
    ["warn", "reconnecting", { attempt: 1, delay: 20, reason: "SSE_STREAM_ENDED" }],
    ["warn", "reconnecting", { attempt: 2, delay: 1, reason: "SSE_INVALID_STATUS" }],
    ["info", "connected", { status: 200, origin, attempt: 2 }],
    ["debug", "event", { event: "message", id: "1", size: 1 }],
    ["info", "closed", {}],
  ]);
  expect(JSON.stringify(lines)).not.toContain("private");
});

test("error for what ends a stream", async () => {
  const server = await startServer();
  server.reply({ status: 404 });
  const { logger, lines } = recorder();
  await rejection(open({ url: server.url, logger }).opened);
  expect(lines).toEqual([
    ["error", "closed", { error: "SSE_INVALID_STATUS: the server answered 404; a stream needs 200" }],
  ]);
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
