import type { MockSseServer, Reply } from "hpx-transport/testing";
import { expect, test } from "vitest";
import { diagnose, findings, serverWith } from "./support.js";

const event = (id: number): string => `id: ${id}\ndata: ${id}\n\n`;
const from = (first: number, last: number): string =>
  Array.from({ length: last - first + 1 }, (_, index) => event(first + index)).join("");

/** A server whose first connection brings the events 1 to 6, and whose second one gives this reply. */
async function resuming(reply: Reply): Promise<MockSseServer> {
  return serverWith(reply, async (exchange) => {
    await exchange.write(from(1, 6));
    for (;;) {
      await exchange.comment("beat");
      await exchange.delay(150);
    }
  });
}

test.concurrent("it names the id of an earlier event, and hears what follows", async () => {
  const server = await resuming({ body: from(4, 6), finish: "hold" });
  const results = await diagnose(server.url);
  expect(results.filter(({ severity }) => severity !== "ok")).toEqual([]);
  expect(results).toContainEqual({ check: "Resume", severity: "ok", says: 'after "3" came "4"' });
  expect((await server.request(2)).lastEventId).toBe("3");
});

test.concurrent.each<[string, Reply, RegExp]>([
  [
    "begins anew",
    { body: from(1, 6), finish: "hold" },
    /^error Resume: It ignores Last-Event-ID: after "3" it began again with "1"/,
  ],
  [
    "repeats it",
    { body: from(3, 6), finish: "hold" },
    /^error Resume: It sends the event that was named \("3"\) once more: clients/,
  ],
  [
    "goes back",
    { body: from(2, 6), finish: "hold" },
    /^error Resume: It goes back to "2", before the event that was named \("3"\)/,
  ],
  [
    "leaves some out",
    { body: from(5, 6), finish: "hold" },
    /^error Resume: .* after "3" came "4" at first, but now it left out what lies before "5"/,
  ],
  [
    "goes on with new ones",
    { body: event(9), finish: "hold" },
    /^error Resume: .* but now it went on with "9": events are lost/,
  ],
  [
    "keeps nothing",
    { finish: "hold", body: ": hello\n\n" },
    /^error Resume: It does not resume: after "3" nothing came within [\d.]+ m?s/,
  ],
  ["refuses it", { status: 400 }, /^error Reconnect: A client that comes again is refused \(400\)/],
  [
    "sends a page",
    { headers: { "content-type": "text/html" } },
    /^error Reconnect: .* gets something that is no event stream/,
  ],
  ["has no more events", { status: 204 }, /^warning Reconnect: A client that comes again gets 204/],
  [
    "has enough",
    { status: 429, headers: { "retry-after": "5" } },
    /^warning Reconnect: .* is turned away \(429\) for 5 s/,
  ],
  ["has enough and says no more", { status: 503 }, /^warning Reconnect: .* \(503\) without a time to wait/],
  [
    "does not answer",
    { head: false, finish: "cut" },
    /^error Reconnect: A client that comes again is not answered: CONNECT/,
  ],
])("a server that %s when a client resumes", async (_, reply, expected) => {
  const server = await resuming(reply);
  expect(await findings(server.url)).toEqual([expect.stringMatching(expected)]);
});

test.concurrent("with one id only, to send it again is wrong", async () => {
  const server = await serverWith({ body: `: a\n\n${event(1)}`, finish: "hold" });
  expect(await findings(server.url)).toContainEqual(
    expect.stringMatching(/^error Resume: It sends the event that was named \("1"\) once more, or all of them/),
  );
});

test.concurrent("an id that is not Latin-1 is named as UTF-8, as clients do", async () => {
  const server = await serverWith({ body: "id: é漢\ndata: a\n\nid: b\ndata: b\n\n", finish: "hold" });
  await findings(server.url, { time: 600 });
  expect((await server.request(2)).lastEventId).toBe("é漢");
});

test.concurrent("an id that no header can carry is passed over for a later one", async () => {
  const server = await serverWith({
    body: "id: 1\ndata: a\n\nid: \u0001b\ndata: b\n\nid: 3\ndata: c\n\n",
    finish: "hold",
  });
  await findings(server.url, { time: 600 });
  expect((await server.request(2)).lastEventId).toBe("3");
});
