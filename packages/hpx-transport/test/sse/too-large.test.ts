import { describe, expect, test } from "vitest";
import { TransportError } from "../../src/index.js";
import type { Exchange } from "../../src/testing/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, take } from "./support.js";

const chunk = "x".repeat(8192);

/** Never ends what it began, and counts what it could write. */
async function endless(exchange: Exchange, piece: string): Promise<void> {
  for (;;) await exchange.write(piece);
}

describe("a line or event over maxEventSize is SSE_EVENT_TOO_LARGE, fatal, and not asked for again", () => {
  test.each([
    ["an endless line", "data: ", chunk],
    ["an endless comment", ": ", chunk],
    ["an endless run of data lines", "", `data: ${chunk}\n`],
  ])("%s", async (_what, start, piece) => {
    const server = await startServer();
    server.otherwise(async (exchange) => {
      await exchange.write(`id: 1\ndata: before\n\n${start}`);
      await endless(exchange, piece);
    });
    const connection = open({ url: server.url, maxEventSize: 100_000, reconnect: prompt });
    expect(await take(connection, 1)).toMatchObject([{ data: "before" }]);
    const error = await rejection(connection.stream.next());
    expect(TransportError.is(error, "SSE_EVENT_TOO_LARGE") && error.details).toEqual({ limit: 100_000 });
    // What a few reads brought, and no more.
    expect(connection.handle.stats.bytes).toBeLessThan(100_000 + 4 * 65_536);
    await server.idle();
    expect(server.requests).toHaveLength(1);
  });
});

test("an event just below the limit arrives whole", async () => {
  const server = await startServer();
  const data = "y".repeat(100_000 - "data: ".length - 1);
  server.reply({ body: `data: ${data}\n\n`, finish: "hold" });
  const [event] = await take(open({ url: server.url, maxEventSize: 100_000 }), 1);
  expect(event?.data).toBe(data);
});
