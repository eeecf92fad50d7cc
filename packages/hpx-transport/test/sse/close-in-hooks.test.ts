import { describe, expect, test } from "vitest";
import { EventSource } from "../../src/eventsource/index.js";
import {
  type SseConnection,
  type SseObserver,
  type SseProtocolHandler,
  StellarSseHandler,
} from "../../src/sse/index.js";
import { open, pendingTimers, prompt, startServer, within } from "./support.js";

/** What an observer is told, in order; `at` is where it acts. */
function observing(at: keyof SseObserver, act: () => void): { told: string[]; telemetry: { observe(): SseObserver } } {
  const told: string[] = [];
  const tell = (name: keyof SseObserver) => (): undefined => {
    told.push(name);
    if (name === at) act();
  };
  const names = ["attemptStarted", "responded", "connected", "disconnected", "closed"] as const;
  const observer: SseObserver = Object.fromEntries(names.map((name) => [name, tell(name)]));
  return { told, telemetry: { observe: () => observer } };
}

describe("whoever heard of the end hears of nothing after it", () => {
  test("prepareRequest closes: observers are not told of another attempt", async () => {
    const server = await startServer();
    const { told, telemetry } = observing("failed", () => {});
    const connection: SseConnection = open(
      { url: server.url, telemetry },
      {
        classifyEvent: () => "data",
        prepareRequest: (request) => {
          void connection.close();
          return request;
        },
      },
    );
    await within(connection.handle.closed, "closed");
    // A span that begins now would never end; its turn is over when a later connection has come and gone.
    await open(server.url).opened;
    expect(told).toEqual(["disconnected", "closed"]);
    expect(server.requests).toHaveLength(1);
  });

  test.each(["onStateChange", "an observer"])("%s closes at the connect: no onConnect", async (who) => {
    const server = await startServer();
    server.reply({ body: "data: a\n\n", finish: "hold" });
    const heard: string[] = [];
    const { telemetry } = observing("connected", () => void (who === "an observer" && connection.close()));
    const handler: SseProtocolHandler = {
      classifyEvent: () => "data",
      onConnect: () => void heard.push("connect"),
      onDisconnect: () => void heard.push("disconnect"),
      onStateChange: ({ status }) => {
        if (who === "onStateChange" && status === "connected") void connection.close();
      },
    };
    const connection: SseConnection = open({ url: server.url, telemetry }, handler);
    await within(connection.handle.closed, "closed");
    await server.idle();
    expect(heard).toEqual(["disconnect"]);
  });

  test("cursor.read closes: the event is not classified", async () => {
    const server = await startServer();
    server.reply({ body: 'data: {"paging_token":"1"}\n\n', finish: "hold" });
    let classified = 0;
    class Closing extends StellarSseHandler {
      override readonly cursor = { read: () => void connection.close() };
      override classifyEvent(): "data" {
        classified += 1;
        return "data";
      }
    }
    const connection: SseConnection = open(server.url, new Closing());
    await within(connection.handle.closed, "closed");
    await server.idle();
    expect(classified).toBe(0);
  });

  test("an observer of an EventSource closes it at the connect: it stays closed, and there is no open event", async () => {
    const server = await startServer();
    server.reply({ body: "data: a\n\n", finish: "hold" });
    const events: string[] = [];
    const { telemetry } = observing("connected", () => source.close());
    const source: EventSource = new EventSource(server.url, { telemetry });
    for (const type of ["open", "message", "error"]) source.addEventListener(type, () => void events.push(type));
    await server.nextRequest();
    await server.idle();
    expect([source.readyState, events]).toEqual([2, []]);
  });
});

test.each(["close", "reconnect"] as const)(
  "an observer that asks for %s() at a refusal: its body is not waited for",
  async (ask) => {
    const pending = pendingTimers(500);
    const server = await startServer();
    server.reply({ status: 500, body: "part of", finish: "hold" }, { body: "data: a\n\n", finish: "hold" });
    let asked = false;
    const { telemetry } = observing("responded", () => {
      if (asked) return;
      asked = true;
      if (ask === "close") void connection.close();
      else void connection.handle.reconnect();
    });
    const options = { url: server.url, telemetry, connectTimeout: 0, responseTimeout: 0, reconnect: prompt };
    const connection: SseConnection = open(options);
    if (ask === "reconnect") await within(connection.opened, "opened");
    else await within(connection.handle.closed, "closed");
    expect(pending.size).toBe(0);
  },
);
