import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Reply } from "hpx-transport/testing";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { onTestFinished } from "../support/resources.js";
import { diagnose, findings, serverWith } from "./support.js";

const event = (id: number): string => `id: ${id}\ndata: ${id}\n\n`;

/** A stream that is fine but for `steps`: it beats its heart, and goes on after the id that is named. */
function living(...steps: readonly (string | Uint8Array | { readonly delay: number })[]): Reply {
  const text = steps.filter((step) => typeof step === "string").join("");
  return async (exchange) => {
    const { lastEventId } = exchange.request;
    if (lastEventId !== undefined) {
      const named = event(Number(lastEventId));
      await exchange.play({ body: text.slice(text.indexOf(named) + named.length), finish: "hold" });
    }
    for (const step of steps) {
      if (typeof step === "string" || step instanceof Uint8Array) await exchange.write(step);
      else await exchange.delay(step.delay);
    }
    for (;;) {
      await exchange.delay(150);
      await exchange.comment("beat");
    }
  };
}

test.concurrent("no event", async () => {
  const server = await serverWith(living());
  expect(await findings(server.url)).toEqual([
    expect.stringMatching(/^note Events: No event came within \d\.\d s: nothing can be said of ids and of resuming\.$/),
  ]);
});

test.concurrent("no heartbeats", async () => {
  const server = await serverWith({ body: event(1), finish: "hold" });
  expect(await findings(server.url)).toContainEqual(
    expect.stringMatching(/^warning Heartbeats: For (\d{3} ms|\d\.\d s) nothing came, not even a comment:/),
  );
});

test.concurrent("no heartbeats are needed while events flow", async () => {
  const server = await serverWith(async (exchange) => {
    let id = Number(exchange.request.lastEventId ?? 0);
    for (;;) {
      await exchange.send({ id: String((id += 1)), data: "x" });
      await exchange.delay(150);
    }
  });
  expect(await findings(server.url)).toEqual([]);
});

test.concurrent("no ids", async () => {
  const server = await serverWith(living("data: a\n\n"));
  expect(await findings(server.url)).toEqual([
    "warning Ids: Events carry no id: a client loses the events that are sent while it is away.",
  ]);
});

test.concurrent("an event without an id does not give the one before twice", async () => {
  const server = await serverWith(living(`${event(1)}data: a\n\ndata: b\n\n`));
  expect(await findings(server.url)).toEqual([]);
});

test.concurrent.each([
  ["id: 漢\ndata: a\n\n", 'warning Ids: The id "漢" is not ASCII: some clients cannot send it back.'],
  [
    event(1) + event(2) + event(1),
    'warning Ids: The id "1" was given twice: a client that resumes after it may lose events.',
  ],
])("ids that make trouble: %j", async (body, expected) => {
  const server = await serverWith(living(body));
  expect(await findings(server.url)).toContainEqual(expected);
});

test.concurrent.each([
  ["\uFEFFdata: a\n\n", "note Format: It starts with a byte order mark, which not every client skips."],
  ["data: a\r\r", "warning Format: Lines end with CR alone, which many clients do not take for a line end."],
  ["data: a\r\n\r\ndata: b\n\n", "note Format: Some lines end with LF, others with CRLF."],
  [
    'data: a\n\n{"a":1}\n{"a":2}\n',
    'error Format: 2 lines are no field of an event, such as "{\\"a\\":1}": clients pass over them.',
  ],
  [
    " data: a\n\ndata: a\n\n",
    'error Format: 1 line is no field of an event, such as " data: a": clients pass over them.',
  ],
  [Buffer.from("data: caf\xe9\n\n", "latin1"), "error Format: It is not UTF-8: clients read wrong characters."],
])("a format that makes trouble: %j", async (body, expected) => {
  const server = await serverWith(living(body));
  expect(await findings(server.url)).toContainEqual(expected);
});

test.concurrent.each([["data: a\r\n\r\nid: 1\r\n\r\n"], ["data: caf\u00e9\n\n\uFEFF"]])(
  "a format that is fine: %j",
  async (body) => {
    const server = await serverWith(async (exchange) => {
      await exchange.write(body);
      await exchange.hold();
    });
    const results = await diagnose(server.url, { time: 900 });
    expect(results.filter(({ check }) => check === "Format")).toEqual([
      { check: "Format", severity: "ok", says: "as the standard says" },
    ]);
  },
);

test.concurrent("a last event without its blank line", async () => {
  const server = await serverWith({ body: `${event(1)}data: lost\n` });
  expect(await findings(server.url)).toContain(
    "error Format: It ended without a blank line after the last event: clients drop that event.",
  );
});

test.concurrent.each([
  [
    "retry: 0\n\n",
    "warning Retry: It asks clients to come again after 0 ms: when it fails, all of them will flood it with requests.",
  ],
  ["retry: 86400000\n\n", "warning Retry: It asks clients to stay away for 1440 min after each break."],
  ["retry: 3s\n\n", 'error Retry: retry: "3s" is no number: clients ignore it.'],
])("%j", async (body, expected) => {
  const server = await serverWith(living(`${body}${event(1)}`));
  expect(await findings(server.url)).toEqual([expected]);
});

test.concurrent("a stream that the server ends", async () => {
  const server = await serverWith({ body: `retry: 500\n${event(1)}` });
  expect(await findings(server.url)).toContainEqual(
    expect.stringMatching(
      /^warning Lasting: It ended the stream after [\d.]+ m?s: clients come again after 500 ms, over and over\.$/,
    ),
  );
});

test.concurrent("an answer to a POST may end", async () => {
  const server = await serverWith({ body: event(1) });
  expect(await findings(server.url, { flags: { data: [{ value: "a", raw: false }] } })).toEqual([]);
  expect(server.requests.length).toBe(1);
});

test.concurrent("a connection that breaks", async () => {
  const server = await serverWith({ body: event(1), finish: "cut" });
  expect(await findings(server.url)).toContainEqual(
    expect.stringMatching(/^error Lasting: The connection broke after [\d.]+ m?s \(/),
  );
});

test.concurrent("a stream with a length", async () => {
  const body = event(1);
  const server = await serverWith({ headers: { "content-length": String(body.length) }, body });
  expect(await findings(server.url)).toContain(
    `error Buffering: It has a length (${body.length} bytes): something has collected the whole stream before sending it.`,
  );
});

test.concurrent("heartbeats that were collected", async () => {
  const beats = ": beat\n\n".repeat(3);
  const server = await serverWith(living(event(1), { delay: 200 }, beats, { delay: 200 }, beats, { delay: 200 }));
  expect(await findings(server.url)).toEqual([
    "error Buffering: Up to 3 heartbeats came at once, which were sent one by one: something collects them.",
  ]);
});

test.concurrent("events that come in bursts", async () => {
  const bursts = [1, 2, 3].flatMap((n) => [event(n * 4) + event(n * 4 + 1) + event(n * 4 + 2), { delay: 230 }]);
  const server = await serverWith(living(event(1), { delay: 100 }, ...bursts));
  expect(await findings(server.url)).toEqual([
    expect.stringMatching(
      /^warning Buffering: 9 events came in 3 bursts, [2-4]\d\d ms apart: the server sends them so, or something/,
    ),
  ]);
});

test.concurrent("pieces of a buffer's size", async () => {
  const text = Array.from({ length: 400 }, (_, id) => event(id + 1)).join("");
  const pieces = [0, 1, 2, 3].flatMap((n) => [text.slice(n * 1024, (n + 1) * 1024), { delay: 100 }]);
  const server = await serverWith(living(event(0), { delay: 100 }, ...pieces, text.slice(4096)));
  expect(await findings(server.url, { time: 1000 })).toContain(
    "error Buffering: It comes in pieces of exactly 1024 bytes, cut within events: those of a buffer that fills up.",
  );
});

test.concurrent("a backlog at the beginning is no buffer", async () => {
  const server = await serverWith(living([1, 2, 3, 4, 5].map(event).join("")));
  expect(await findings(server.url)).toEqual([]);
});

test.concurrent("compression that holds events back", async () => {
  const server = createServer((request, response) => {
    const encoded = request.headers["accept-encoding"]?.includes("gzip");
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-cache",
      ...(encoded && { "content-encoding": "gzip" }),
    });
    response.flushHeaders();
    const timer = setInterval(() => encoded || response.write(": beat\n\ndata: x\n\n"), 100);
    const late = setTimeout(() => encoded && response.write(gzipSync("data: late\n\n")), 900);
    response.on("close", () => {
      clearInterval(timer);
      clearTimeout(late);
    });
  });
  onTestFinished(() => server.close().closeAllConnections());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const found = await findings(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { time: 2400 });
  expect(found).toContainEqual(
    expect.stringMatching(
      /^error Compression: Compression \(gzip\) holds events back: the first event came after .*; without it after [\d.]+ m?s\.$/,
    ),
  );
});

test.concurrent("compression that is none", async () => {
  const server = await serverWith({ headers: { "content-encoding": "gzip" }, body: "data: a\n\n" });
  expect(await findings(server.url)).toContain("error Compression: What it sends is not gzip, as it says.");
});
