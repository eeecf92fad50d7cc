import { setTimeout as sleep } from "node:timers/promises";
import { SseConnection } from "hpx-transport/sse";
import { expect, test } from "vitest";
import { onTestFinished } from "../support/resources.js";
import { API_KEY, type ExchangeOptions, MockExchange } from "../../src/demo/exchange.js";

async function startExchange(options: Partial<ExchangeOptions> = {}): Promise<MockExchange> {
  const exchange = await MockExchange.start({ cutEvery: 60_000, ...options });
  onTestFinished(() => exchange[Symbol.asyncDispose]());
  return exchange;
}

async function request(exchange: MockExchange, headers: Record<string, string> = {}): Promise<Response> {
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  return fetch(exchange.url, { headers: { "x-api-key": API_KEY, ...headers }, signal: abort.signal });
}

/** The body until it breaks off, or until `enough`. */
async function read(response: Response, enough = /$^/): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  try {
    for await (const bytes of response.body as ReadableStream<Uint8Array>) {
      text += decoder.decode(bytes, { stream: true });
      if (enough.test(text)) break;
    }
  } catch {
    // The connection broke.
  }
  return text;
}

const idsIn = (text: string): number[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

test.concurrent("without the key it answers 401, and says what it asks for", async () => {
  const response = await request(await startExchange(), { "x-api-key": "wrong" });
  expect(response.status).toBe(401);
  expect(await response.text()).toContain("X-Api-Key");
});

test.concurrent("it sends named trades with ids that count from 1, and heartbeats", async () => {
  const text = await read(await request(await startExchange()), /heartbeat/);
  const ids = idsIn(text);
  expect(ids.length).toBeGreaterThan(50);
  expect(ids).toEqual(ids.map((_, index) => index + 1));
  expect(text.match(/^event: trade$/gm)?.length).toBe(ids.length);
  const data = /^data: (.*)$/m.exec(text)?.[1] ?? "";
  expect(JSON.parse(data)).toEqual({
    symbol: expect.any(String),
    price: expect.any(Number),
    size: expect.any(Number),
    sent: expect.any(Number),
  });
});

test.concurrent("it is unavailable exactly once: at the second request with the key", async () => {
  const exchange = await startExchange();
  const responses = [];
  for (let n = 0; n < 4; n += 1) responses.push(await request(exchange));
  expect(responses.map(({ status }) => status)).toEqual([200, 503, 200, 200]);
  expect(responses[1]?.headers.get("retry-after")).toBe("1");
});

test.concurrent("it breaks every connection inside an event, each at another byte", async () => {
  const exchange = await startExchange({ cutEvery: 100 });
  const tails: string[] = [];
  let lastId = 0;
  while (tails.length < 6) {
    const response = await request(exchange, { "last-event-id": String(lastId) });
    if (response.status === 503) continue;
    const text = await read(response);
    const complete = text.slice(0, text.lastIndexOf("\n\n") + 2);
    lastId = idsIn(complete).at(-1) ?? lastId;
    tails.push(text.slice(complete.length));
  }
  for (const tail of tails) expect(tail).toMatch(/^e/);
  expect(new Set(tails.map(({ length }) => length)).size).toBeGreaterThan(1);
});

test.concurrent("it resumes by id from the log, also for trades that were issued without a client", async () => {
  const exchange = await startExchange();
  await read(await request(exchange), /^id: 20$/m);
  await request(exchange);
  const text = await read(await request(exchange, { "last-event-id": "7" }), /^id: 21$/m);
  expect(idsIn(text).slice(0, 14)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
});

test.concurrent("an id that it does not know is answered with the whole log", async () => {
  const exchange = await startExchange();
  const text = await read(await request(exchange, { "last-event-id": "999999" }), /^id: 2$/m);
  expect(idsIn(text).slice(0, 2)).toEqual([1, 2]);
});

test.concurrent.each([
  ["skipId", [49, 51]],
  ["repeatId", [75, 75]],
] as const)("%s makes one id go wrong, and only that", async (fault, pair) => {
  const exchange = await startExchange({ [fault]: true });
  const connection = SseConnection.open({ url: exchange.url, headers: { "x-api-key": API_KEY } });
  const ids: number[] = [];
  for await (const { id } of connection) {
    ids.push(Number(id));
    if (ids.length === 150) break;
  }
  const wrong = ids.flatMap((id, index) =>
    index > 0 && id !== (ids[index - 1] as number) + 1 ? [ids[index - 1], id] : [],
  );
  expect(wrong).toEqual(pair);
});

test.concurrent("a stopped exchange issues nothing more, but still sends what it issued", async () => {
  const exchange = await startExchange();
  await read(await request(exchange), /^id: 10$/m);
  exchange.stop();
  const { lastId } = exchange;
  await request(exchange);
  const text = await read(await request(exchange), new RegExp(`^id: ${lastId}$`, "m"));
  expect(idsIn(text).at(-1)).toBe(lastId);
  // Ten ids' time: that nothing happens shows in no event.
  await sleep(50);
  expect(exchange.lastId).toBe(lastId);
});
