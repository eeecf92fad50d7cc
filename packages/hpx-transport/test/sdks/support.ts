import { type TestContext, onTestFinished } from "vitest";
import { createFetch, type FetchOptions } from "../../src/fetch/index.js";
import { MockSseServer, type Exchange, type Script } from "../../src/testing/index.js";

/** What a test measured, for the table. */
export interface Figures {
  /** The package, and the handler. */
  readonly with: string;
  /** How often an answer was cut. */
  readonly cuts: number;
  /** How often a request was refused. */
  readonly refusals: number;
  /** All requests, in their order. */
  readonly requests: string;
  /** How often the call was made: requests that cost something. */
  readonly called: number;
  readonly result: string;
}

export function report({ task }: TestContext, figures: Figures): void {
  task.meta.figures = figures;
}

export async function startServer(): Promise<MockSseServer> {
  const server = await MockSseServer.start();
  onTestFinished(() => server.close());
  return server;
}

/** A fetch that reconnects soon, and whose calls end with the test. */
export function testFetch(options: FetchOptions = {}): typeof fetch {
  const controller = new AbortController();
  onTestFinished(() => controller.abort(new Error("the test is over")));
  return createFetch({
    reconnect: { initialDelay: 20, jitter: 0, burst: 1000 },
    signal: controller.signal,
    ...options,
  });
}

/** The methods of the requests, such as `POST GET GET`. */
export function methodsOf(server: MockSseServer): string {
  return server.requests.map(({ method }) => method).join(" ");
}

/** Data events of JSON values. */
export function eventsOf(...values: readonly unknown[]): string {
  return values.map((value) => `data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`).join("");
}

/** Answers with JSON. */
export function jsonOf(value: unknown, status = 200): Script {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/** Answers each request by what it is. */
export function byRequest(server: MockSseServer, answer: (exchange: Exchange) => Script): void {
  server.otherwise(async (exchange) => await exchange.play(answer(exchange)));
}

/** The reason of a promise that rejects. */
export async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("the promise should have rejected");
}
