import { EventStream, type ServerSentEvent } from "sseer";
import { onTestFinished } from "vitest";
import { createFetch, type FetchOptions } from "../../src/fetch/index.js";
import { prompt } from "../sse/support.js";

/** A fetch whose calls are aborted when the test is over. */
export function testFetch(options: FetchOptions = {}): typeof fetch {
  const controller = new AbortController();
  onTestFinished(() => controller.abort(new Error("the test is over")));
  return createFetch({ reconnect: prompt, signal: controller.signal, ...options });
}

/** The events of a body, as the parser of a consumer finds them. */
export async function eventsOf(response: Response): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  if (response.body === null) throw new Error("there is no body");
  for await (const event of new EventStream(response.body)) events.push(event);
  return events;
}

/** Their data. */
export async function dataOf(response: Response): Promise<string[]> {
  return (await eventsOf(response)).map(({ data }) => data);
}
