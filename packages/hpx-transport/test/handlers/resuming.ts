import { expect } from "vitest";
import { encodeEvent, type ServerSentEvent } from "sseer";
import { SseConnection, type SseHandlerName, sseHandlers, type SseOptions } from "../../src/sse/index.js";
import { MockSseServer, type RecordedRequest } from "../../src/testing/index.js";
import { prompt, within } from "../sse/support.js";
import { collect } from "./support.js";

/** A service whose answers can be taken up, as its documents describe it. */
export interface ResumableService {
  readonly handler: SseHandlerName;
  /** The events of the answer. */
  readonly events: readonly Partial<ServerSentEvent>[];
  /** The first request, without its URL. */
  readonly request: Omit<SseOptions, "url">;
  readonly path: string;
  /** Headers of the first response. */
  readonly headers?: Record<string, string>;
  /** Where the answer to a later request begins: the number of events that the server leaves out. */
  begin(request: RecordedRequest): number;
  /** What is delivered, where it is not all of the data. */
  readonly delivered?: readonly string[];
}

const encode = (events: readonly Partial<ServerSentEvent>[]): string =>
  events.map((event) => encodeEvent(event)).join("");

/**
 * Breaks the first response after each of its bytes, and the second one a little behind its beginning, and refuses the third
 * request: nothing is lost, nothing comes twice, and the first request is made once.
 */
export async function expectWholeWhereverItBreaks(service: ResumableService, every = 1): Promise<void> {
  await using server = await MockSseServer.start();
  const { handler, events, request, path } = service;
  const whole = encode(events);
  const data = service.delivered ?? events.map((event) => event.data ?? "");
  const first = encodeEvent(events[0] ?? {}).length;
  for (let cut = first; cut < whole.length; cut += every) {
    const before = server.requestCount;
    const rest = (recorded: RecordedRequest): string => encode(events.slice(service.begin(recorded)));
    server.reply(
      { headers: service.headers, body: whole, finish: "cut", finishAfter: cut },
      async (exchange) => {
        const body = rest(exchange.request);
        await exchange.play({ body, finish: "cut", finishAfter: Math.min(body.length, 40) });
      },
      { status: 503 },
      async (exchange) => await exchange.play({ body: rest(exchange.request) }),
    );
    const url = new URL(path, server.url);
    const connection = SseConnection.open({ url, ...request, reconnect: prompt }, sseHandlers[handler]());
    const received = await within(collect(connection), `the end, cut after ${cut} bytes`);
    expect(
      received.map((event) => event.data),
      `cut after ${cut} bytes`,
    ).toEqual(data);
    await server.idle();
    const methods = server.requests.slice(before).map(({ method }) => method);
    expect(methods[0]).toBe(request.method ?? "GET");
    expect(new Set(methods.slice(1))).toEqual(new Set(methods.length > 1 ? ["GET"] : []));
    // The service may have been asked less often: replies that were not taken are of no use to the next round.
    for (let left = methods.length; left < 4; left += 1) await (await fetch(server.url)).text().catch(() => "");
  }
}
