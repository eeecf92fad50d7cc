import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { type Logger, SseConnection } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, take, until } from "../sse/support.js";

/** A pino logger, and the lines that it wrote. */
function pinoInto(level: string): { logger: pino.Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
  return { logger: pino({ level, base: null, timestamp: false }, { write }), lines };
}

test("pino is told in its own words: fields become its fields, the message its msg", async () => {
  const server = await startServer();
  server.reply({ body: "event: t\nid: 1\ndata: private\n\n" }, { status: 404 });
  const { logger, lines } = pinoInto("debug");
  const connection = open({ url: server.url, reconnect: prompt, logger });
  await take(connection, 1);
  await rejection(connection.stream.next());
  const origin = server.url.slice(0, -1);
  expect(lines).toEqual([
    { level: 30, msg: "connected", origin, path: "/", status: 200, attempt: 1 },
    { level: 20, msg: "event", event: "t", id: "1", size: 7 },
    {
      level: 40,
      msg: "reconnecting",
      origin,
      path: "/",
      attempt: 1,
      delay: 20,
      reason: "SSE_STREAM_ENDED",
      message: "the server ended the stream",
    },
    {
      level: 50,
      msg: "closed",
      origin,
      path: "/",
      error: "SSE_INVALID_STATUS: the server answered 404; a stream needs 200",
      status: 404,
    },
  ]);
});

test("console is told as it is, fields before the message", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n", finish: "hold" });
  const info = vi.spyOn(console, "info").mockImplementation(() => {});
  const debug = vi.spyOn(console, "debug").mockImplementation(() => {});
  onTestFinished(() => void vi.restoreAllMocks());
  const connection = open({ url: server.url, logger: console });
  await take(connection, 1);
  await connection.close();
  const origin = server.url.slice(0, -1);
  expect(info.mock.calls).toEqual([
    [{ origin, path: "/", status: 200, attempt: 1 }, "connected"],
    [{ origin, path: "/" }, "closed"],
  ]);
  expect(debug.mock.calls).toEqual([[{ event: "message", id: "", size: 1 }, "event"]]);
});

test("an event costs a logger nothing while its level leaves debug out, and is told when the level changes", async () => {
  const server = await startServer();
  const { logger, lines } = pinoInto("info");
  const debug = vi.spyOn(logger, "debug");
  const connection = await SseConnection.connect({ url: server.url, logger });
  onTestFinished(() => connection.close());
  server.publish({ data: "unseen" });
  await take(connection, 1);
  expect(debug).not.toHaveBeenCalled();
  logger.level = "debug";
  server.publish({ id: "2", data: "seen" });
  await take(connection, 1);
  await until(() => lines.length === 2);
  expect(lines.at(-1)).toEqual({ level: 20, msg: "event", event: "message", id: "2", size: 4 });
});

test("what the data was is told neither by the error of json() nor by that of a hook", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: private\n\n", finish: "hold" });
  const { logger, lines } = pinoInto("debug");
  await rejection(open({ url: server.url, logger }).stream.json()[Symbol.asyncIterator]().next());
  const handler = { classifyEvent: ({ data }: { data: string }): "data" => JSON.parse(data) as "data" };
  await rejection(open({ url: server.url, logger }, handler).stream.next());
  const errors = lines.flatMap((line) => (line["level"] === 50 ? [line["error"]] : []));
  expect(errors).toEqual(["SSE_PARSE: json() could not read the data of an event", "HANDLER: classifyEvent threw"]);
  expect(JSON.stringify(lines)).not.toContain("private");
});

test("an isLevelEnabled() that throws is HANDLER, fatal", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n", finish: "hold" });
  const quiet = (): void => {};
  const logger: Logger = {
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: quiet,
    isLevelEnabled() {
      throw new Error("no levels");
    },
  };
  const { stream } = open({ url: server.url, logger });
  expect(await rejection(stream.next())).toMatchObject({ code: "HANDLER", details: { hook: "logger" } });
});
