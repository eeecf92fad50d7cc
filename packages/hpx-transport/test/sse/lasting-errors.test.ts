import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { startTcp } from "../http/support/servers.js";
import { rejection } from "../support/promises.js";
import { drain, open, prompt, startServer, take, within } from "./support.js";

describe("an error that another attempt seldom cures is fatal when it comes three times in a row", () => {
  test("a head that no parser takes", async () => {
    let requests = 0;
    const { url } = await startTcp((socket) => {
      requests += 1;
      socket.once("data", () => socket.end("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
    });
    const error = await within(rejection(open({ url, reconnect: prompt }).opened), "the error");
    expect(error).toMatchObject({ code: "CONNECT", cause: { code: "ERR_HTTP_HEAD" } });
    expect(requests).toBe(3);
  });

  test("https to a plain port", async () => {
    const server = await startServer();
    const url = server.url.replace("http:", "https:");
    const connection = open({ url, reconnect: prompt });
    expect(await within(rejection(connection.opened), "the error")).toMatchObject({ code: "CONNECT" });
    expect(connection.handle.stats.attempts).toBe(3);
  });

  test("a body whose coding is broken", async () => {
    const server = await startServer();
    server.otherwise({ headers: { "content-encoding": "gzip" }, body: "data: this is no gzip\n\n" });
    const connection = open({ url: server.url, reconnect: prompt });
    expect(await within(rejection(drain(connection)), "the error")).toMatchObject({ code: "SSE_STREAM_ENDED" });
    expect(server.requests).toHaveLength(3);
  });

  test("an accident in between other errors is not", async () => {
    const broken = { headers: { "content-encoding": "gzip" }, body: "data: this is no gzip\n\n" };
    const server = await startServer();
    server.reply(broken, broken, { status: 503 }, broken, broken, {
      headers: { "content-encoding": "gzip" },
      body: gzipSync("data: a\n\n"),
      finish: "hold",
    });
    expect(await take(open({ url: server.url, reconnect: prompt }), 1)).toMatchObject([{ data: "a" }]);
  });
});
