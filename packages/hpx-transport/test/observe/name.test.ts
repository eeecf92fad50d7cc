import { expect, test } from "vitest";
import { Counters } from "../../src/connection/counters.js";
import { observersOf } from "../../src/observe/observe-connection.js";
import { TransportError } from "../../src/index.js";
import type { SseTelemetry } from "../../src/sse/index.js";
import { startSdk } from "./otel-support.js";

test("a name is in every log line, in the stats, the metrics and the spans", async () => {
  const lines: [message: string, fields: object][] = [];
  const note = (fields: object, message: string): void => void lines.push([message, fields]);
  const logger = { debug: note, info: note, warn: note, error: note };
  const counters = new Counters("orders");
  const stats = (): ReturnType<Counters["snapshot"]> => counters.snapshot(0);
  expect(stats().name).toBe("orders");
  const sdk = startSdk();
  let observed: unknown;
  const telemetry: SseTelemetry = {
    observe(connection) {
      observed = connection;
      return sdk.telemetry.observe(connection);
    },
  };
  const url = new URL("https://example.com/feed?key=private");
  const observers = observersOf({ name: "orders", method: "GET", url, logger, telemetry }, stats, () => {});
  expect(observed).toMatchObject({ name: "orders", url: "https://example.com/feed" });
  observers.attemptStarted({ attempt: 1, method: "GET", url: "https://example.com/feed" });
  observers.connected({ attempt: 1, status: 200, origin: "https://example.com" });
  observers.eventListener()?.({ event: "message", id: "", data: "" });
  observers.reconnecting({ attempt: 1, delay: 5, reason: "IDLE_TIMEOUT", error: TransportError.idleTimeout(5) });
  observers.warned("events were lost", { lost: 1 });
  observers.closed({ aborted: false, error: undefined });
  expect(lines.map(([message]) => message)).toEqual([
    "connected",
    "event",
    "reconnecting",
    "events were lost",
    "closed",
  ]);
  for (const [, fields] of lines) expect(fields).toMatchObject({ name: "orders" });
  expect(sdk.spans().map(({ attributes }) => attributes["hpx.connection.name"])).toEqual(["orders", "orders"]);
  const points = await sdk.points();
  expect(points.length).toBeGreaterThan(0);
  for (const { attributes } of points) expect(attributes["hpx.connection.name"]).toBe("orders");
});

test("without a name there is no attribute and no field for it", async () => {
  const { telemetry, spans, points } = startSdk();
  const stats = (): ReturnType<Counters["snapshot"]> => new Counters().snapshot(0);
  const observers = observersOf(
    { name: "", method: "GET", url: new URL("https://example.com/"), logger: undefined, telemetry },
    stats,
    () => {},
  );
  observers.attemptStarted({ attempt: 1, method: "GET", url: "https://example.com/" });
  observers.closed({ aborted: false, error: undefined });
  for (const { attributes } of [...spans(), ...(await points())]) {
    expect(Object.keys(attributes)).not.toContain("hpx.connection.name");
  }
});
