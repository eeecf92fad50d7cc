import { expect, test, vi } from "vitest";
import { TransportError } from "../../src/index.js";
import { SseConnection, type SseObserver, type SseTelemetry } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, silent, startServer, take, within } from "../sse/support.js";

function telemetry(observer: SseObserver): SseTelemetry {
  return { observe: () => observer };
}

function thrower(): never {
  throw new Error("out of memory");
}

test.each(["attemptStarted", "responded", "connected", "disconnected", "reconnecting", "eventListener"] as const)(
  "an observer whose %s() throws is HANDLER, fatal, and closed() is still told",
  async (method) => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\n" });
    const closed = vi.fn<NonNullable<SseObserver["closed"]>>();
    const observer = { [method]: thrower, closed };
    const { stream, handle } = open({ url: server.url, reconnect: prompt, telemetry: telemetry(observer) });
    const loop = async (): Promise<void> => {
      for await (const event of stream) expect(event.data).toBe("a");
    };
    expect(await within(rejection(loop()), "the error")).toMatchObject({
      code: "HANDLER",
      details: { hook: "telemetry" },
    });
    await within(handle.closed, "closed");
    expect(closed.mock.calls).toEqual([[{ aborted: false, failure: { code: "HANDLER", message: "telemetry threw" } }]]);
    await server.idle();
  },
);

test("a logger hears what became of the connection, also where the telemetry throws", async () => {
  const server = await startServer();
  const error = vi.fn<(fields: object, message: string) => void>();
  const logger = { ...silent, error };
  const observer = { connected: thrower, closed: thrower };
  await rejection(open({ url: server.url, logger, telemetry: telemetry(observer) }).opened);
  const { origin } = new URL(server.url);
  expect(error.mock.calls).toEqual([
    [{ origin, path: "/", error: "HANDLER: telemetry threw" }, "closed"],
    // What the observer threw about the end could end nothing more.
    [{ origin, path: "/", error: "HANDLER: telemetry threw" }, "error while closing"],
  ]);
});

test("a warning that an observer throws at is HANDLER, fatal, wherever it came from", async () => {
  const server = await startServer();
  server.otherwise({ body: "id: a\u0001\ndata: a\n\n", finish: "hold" });
  const observed = telemetry({ warned: thrower });
  const fault = { code: "HANDLER", details: { hook: "telemetry" } };
  const warnedByTheParser = open({ url: server.url, telemetry: observed });
  await within(warnedByTheParser.handle.closed, "closed");
  expect(warnedByTheParser.handle.state).toMatchObject({ error: fault });
  server.reply({ finish: "hold" });
  const warnedByTheCaller = await SseConnection.connect({ url: server.url, telemetry: observed });
  expect(await within(rejection(warnedByTheCaller.handle.reconnect()), "the reconnect")).toMatchObject(fault);
});

test("who listens to events is asked at each read", async () => {
  const server = await startServer();
  const heard: string[] = [];
  const observer: SseObserver = {
    eventListener: () => (heard.length < 2 ? ({ id, size }) => void heard.push(`${id} ${size}`) : undefined),
  };
  const connection = open({ url: server.url, telemetry: telemetry(observer) });
  for (const id of ["1", "2", "3"]) {
    server.publish({ id, data: "four" });
    await take(connection, 1);
  }
  expect(heard).toEqual(["1 4", "2 4"]);
});

test("an observer that throws for an event is HANDLER, fatal", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: a\n\n" });
  const { handle } = open({ url: server.url, telemetry: telemetry({ eventListener: () => thrower }) });
  await within(handle.closed, "closed");
  expect(handle.state).toMatchObject({ error: { code: "HANDLER", details: { hook: "telemetry" } } });
});

test("what observe() throws is thrown to the caller, and so is an answer that is no observer", () => {
  expect(() => open({ url: "http://127.0.0.1:1/", telemetry: { observe: thrower } })).toThrow(
    expect.objectContaining({ code: "HANDLER", details: expect.objectContaining({ hook: "telemetry" }) }),
  );
  const none = { observe: () => undefined } as unknown as SseTelemetry;
  expect(() => open({ url: "http://127.0.0.1:1/", telemetry: none })).toThrow(/observe\(\) returned undefined/);
});

test("something without observe() is CONFIG", () => {
  const wrong = {} as SseTelemetry;
  expect(() => open({ url: "http://127.0.0.1:1/", telemetry: wrong })).toThrow(/^telemetry: an object without observe/);
});

test("an observer may close the connection: the attempt that it hears of is not made", async () => {
  const server = await startServer();
  const observer: SseObserver = { attemptStarted: () => void connection.close() };
  const body = vi.fn<() => string>();
  const options = { url: server.url, method: "POST", body, telemetry: telemetry(observer) };
  const connection: SseConnection = open(options);
  await within(connection.handle.closed, "closed");
  expect(await connection.stream.next()).toEqual({ done: true, value: undefined });
  expect(server.requests).toEqual([]);
  expect(body).not.toHaveBeenCalled();
});

test("an observer's headers are sent and signed, but give way to the caller's and reach no other origin", async () => {
  const [server, other] = [await startServer(), await startServer()];
  const signed: (string | null)[] = [];
  const observed = telemetry({ attemptStarted: () => ({ traceparent: "00-ours", tracestate: "ours=1" }) });
  const auth = { sign: ({ headers }: { headers: Headers }) => void signed.push(headers.get("traceparent")) };
  server.reply({ status: 307, headers: { location: "/second" } }, { status: 307, headers: { location: other.url } });
  other.reply({ body: "data: a\n\n", finish: "hold" });
  await take(open({ url: server.url, telemetry: observed, auth }), 1);
  expect(server.requests.map(({ headers }) => headers["traceparent"])).toEqual(["00-ours", "00-ours"]);
  expect(signed).toEqual(["00-ours", "00-ours"]);
  expect(other.requests.map(({ headers }) => [headers["traceparent"], headers["tracestate"]])).toEqual([
    [undefined, undefined],
  ]);

  server.reply({ body: "data: a\n\n", finish: "hold" });
  await take(open({ url: server.url, telemetry: observed, headers: { TraceParent: "00-theirs" } }), 1);
  const { headers } = server.requests.at(-1) ?? {};
  expect([headers?.["traceparent"], headers?.["tracestate"]]).toEqual(["00-theirs", undefined]);
});

test("a header that cannot be one is the observer's fault", async () => {
  const { opened } = open({
    url: "http://127.0.0.1:1/",
    telemetry: telemetry({ attemptStarted: () => ({ traceparent: "a\nb" }) }),
  });
  const error = await rejection(opened);
  expect(TransportError.is(error, "HANDLER") && error.details.hook).toBe("telemetry");
});
