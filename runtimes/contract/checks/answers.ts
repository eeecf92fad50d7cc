import { TransportError } from "hpx-transport";
import { SseConnection } from "hpx-transport/sse";
import { codeOf, equal, failureOf, truthy } from "../assert.js";
import { type Check, check } from "../check.js";
import { drain, PROMPT, takeData, using } from "./tools.js";

export const answers: readonly Check[] = [
  check("a 204 ends the stream", async ({ server }) => {
    const feed = await server.feed({ status: 204 });
    equal(await drain(feed.url), []);
  }),
  check("a refusal is fatal, and its error has status, headers and body", async ({ server }) => {
    const feed = await server.feed({ status: 403, headers: { "x-why": "no key" }, body: "go away" });
    const error = await failureOf(() => SseConnection.connect(feed.url));
    if (!TransportError.is(error, "SSE_INVALID_STATUS")) throw error;
    const { status, headers, body } = error.details;
    equal([status, headers.get("x-why"), body, error.retryable], [403, "no key", "go away", false]);
  }),
  check("another content type is fatal", async ({ server }) => {
    const feed = await server.feed({ headers: { "content-type": "text/html" } });
    equal(await codeOf(() => SseConnection.connect(feed.url)), "SSE_INVALID_CONTENT_TYPE");
  }),
  check("a 503 is retried, no sooner than its Retry-After", async ({ server }) => {
    const reply = { status: 503, headers: { "retry-after": "1" } };
    const feed = await server.feed(reply, { body: "data: a\n\n", finish: "hold" });
    const before = performance.now();
    equal(await using({ url: feed.url, reconnect: PROMPT }, (opened) => takeData(opened, 1)), ["a"]);
    equal(performance.now() - before > 990, true, "waited a second");
  }),
  check("a refused connection is CONNECT, retried up to maxAttempts", async () => {
    const source = { url: "http://127.0.0.1:1/", reconnect: { ...PROMPT, maxAttempts: 2 } };
    const error = await failureOf(() => SseConnection.connect(source));
    if (!TransportError.is(error, "MAX_RECONNECT_ATTEMPTS")) throw error;
    equal([error.details.attempts, TransportError.is(error.cause, "CONNECT")], [2, true]);
  }),
  check("a server that does not answer is TIMEOUT", async ({ server }) => {
    const feed = await server.feed({ head: false, finish: "hold" });
    const source = { url: feed.url, connectTimeout: 100, responseTimeout: 200, reconnect: false } as const;
    equal(await codeOf(() => SseConnection.connect(source)), "TIMEOUT");
    await feed.gone(1);
  }),
  check("a POST whose connection breaks before the answer is CONNECT, and not sent again", async ({ can, server }) => {
    const cut = { head: false, finish: "cut" } as const;
    const feed = await server.feed(cut, cut);
    const source = { url: feed.url, method: "POST", body: "b", reconnect: PROMPT } as const;
    equal(await codeOf(() => SseConnection.connect(source)), "CONNECT");
    const requests = (await feed.requests()).length;
    truthy(can.sendsOnce ? requests === 1 : requests <= 2, `it was sent once, not ${requests} times`);
  }),
];
