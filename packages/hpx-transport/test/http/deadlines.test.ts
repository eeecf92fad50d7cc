import { getEventListeners, once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, onTestFinished, test } from "vitest";
import { TransportError } from "../../src/error.js";
import type { HttpClient, HttpRequest, HttpResponse } from "../../src/http/entries/node.js";
import { FetchClient, NodeClient } from "../../src/http/entries/node.js";
import { makeAuthority } from "./support/authority.js";
import { fullBacklog } from "./support/full-backlog.js";
import { rejection } from "../support/promises.js";
import { clients, get, record } from "./support/requests.js";
import { gone, startHttp, startTcp } from "./support/servers.js";

/** A server that accepts and never says a word; with https that is a TLS handshake that never ends. */
const startSilent = (protocol?: string): ReturnType<typeof startTcp> => startTcp((socket) => socket.resume(), protocol);

async function timeoutOf(promise: Promise<unknown>): Promise<TransportError<"TIMEOUT">> {
  const error = await rejection(promise);
  if (!TransportError.is(error, "TIMEOUT")) throw new Error("expected TIMEOUT", { cause: error });
  return error;
}

describe("NodeClient: connectTimeout", () => {
  test("ends a TCP connect that nobody answers", async () => {
    const url = await fullBacklog();
    const error = await timeoutOf(new NodeClient().send(get(url, { connectTimeout: 100 })));
    expect(error.details).toEqual({ phase: "connect", limit: 100 });
  });

  test("ends a TLS handshake that stalls, and closes the socket; a POST is retryable, for nothing was sent", async () => {
    const server = await startSilent("https:");
    const sent = timeoutOf(new NodeClient().send(get(server.url, { method: "POST", connectTimeout: 100 })));
    const socket = await server.nextConnection();
    const error = await sent;
    expect(error.details).toEqual({ phase: "connect", limit: 100 });
    expect(error.retryable).toBe(true);
    await gone(socket);
  });

  test("stops counting when the connection is there", async () => {
    const server = await startSilent();
    const error = await timeoutOf(
      new NodeClient().send(get(server.url, { connectTimeout: 100, responseTimeout: 200 })),
    );
    expect(error.details.phase).toBe("response");
  });
});

describe("NodeClient: responseTimeout", () => {
  test.each([
    ["GET", true],
    ["HEAD", true],
    ["POST", false],
  ])("ends a %s without an answer and closes the socket; retryable: %s", async (method, retryable) => {
    const server = await startSilent();
    const sent = timeoutOf(new NodeClient().send(get(server.url, { method, responseTimeout: 100 })));
    const socket = await server.nextConnection();
    const error = await sent;
    expect(error.details).toEqual({ phase: "response", limit: 100 });
    expect(error.retryable).toBe(retryable);
    await gone(socket);
  });

  test("half a response's headers do not stop it", async () => {
    const server = await startTcp((socket) => {
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-"));
    });
    const error = await timeoutOf(new NodeClient().send(get(server.url, { responseTimeout: 100 })));
    expect(error.details.phase).toBe("response");
  });
});

describe("FetchClient: the two deadlines are one", () => {
  test("their sum ends the wait, and the socket closes", async () => {
    const server = await startSilent();
    const client = new FetchClient();
    const sent = timeoutOf(client.send(get(server.url, { connectTimeout: 60, responseTimeout: 40 })));
    const socket = await server.nextConnection();
    const error = await sent;
    expect(error.details).toEqual({ phase: "response", limit: 100 });
    expect(error.retryable).toBe(true);
    await gone(socket);
  });

  test("their sum ends a TLS handshake that stalls", async () => {
    const server = await startSilent("https:");
    const sent = new FetchClient().send(get(server.url, { connectTimeout: 60, responseTimeout: 40 }));
    expect((await timeoutOf(sent)).details.limit).toBe(100);
  });

  test.each([
    { connectTimeout: 50, responseTimeout: 0 },
    { connectTimeout: 0, responseTimeout: 50 },
  ])("without either of them there is none: $connectTimeout and $responseTimeout", async (deadlines) => {
    expect(await answeredAfter(150, new FetchClient(), deadlines)).toBe("late");
  });

  test("it also ends the wait for a server that accepts and closes at once", async () => {
    const server = await startTcp((socket) => {
      socket.destroy();
    });
    const error = await rejection(
      new FetchClient().send(get(server.url, { connectTimeout: 100, responseTimeout: 100 })),
    );
    expect(TransportError.is(error, "TIMEOUT") || TransportError.is(error, "CONNECT")).toBe(true);
  });
});

describe.each(clients)("$name: every deadline", ({ make }) => {
  test("0 turns it off", async () => {
    expect(await answeredAfter(150, make(), { connectTimeout: 0, responseTimeout: 0 })).toBe("late");
  });

  test("one too long for a timer does not fire at once", async () => {
    expect(await answeredAfter(50, make(), { connectTimeout: 2 ** 40, responseTimeout: 2 ** 40 })).toBe("late");
  });

  test("is over with the headers: the body takes its time", async () => {
    const server = await startHttp((_request, response) => {
      response.write("early ");
      setTimeout(() => response.end("late"), 300);
    });
    const response = await make().send(get(server.url, { connectTimeout: 100, responseTimeout: 100 }));
    const recording = record(response.body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("early late");
  });

  test("leaves no timer and no listener behind, whether it is met or missed", async () => {
    const server = await startHttp((request, response) => {
      if (request.url === "/") response.end();
    });
    const { signal } = new AbortController();
    const timers = timerCount();
    const client = make();
    const response = await client.send(get(server.url, { signal }));
    await record(response.body).ended;
    await timeoutOf(
      client.send(get(new URL("/silent", server.url), { signal, connectTimeout: 50, responseTimeout: 50 })),
    );
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(timerCount() - timers).toBeLessThanOrEqual(0);
  });
});

describe("a process that stood still", () => {
  /** Blocks the event loop, as a long parse or a debugger does. */
  function block(ms: number): void {
    const until = performance.now() + ms;
    while (performance.now() < until);
  }

  /** A server in a thread of its own, which goes on meanwhile; it answers after 20 ms. */
  async function startElsewhere(secure: boolean): Promise<URL> {
    const { key, cert } = makeAuthority().self;
    const code = `
      const { parentPort, workerData: options } = require("node:worker_threads");
      const answer = (request, response) => setTimeout(() => response.end("in time"), 20);
      const { createServer } = require(options ? "node:https" : "node:http");
      const server = createServer(options ?? {}, answer);
      server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));`;
    const worker = new Worker(code, { eval: true, workerData: secure ? { key, cert } : undefined });
    onTestFinished(async () => void (await worker.terminate()));
    const [port] = (await once(worker, "message")) as [number];
    return new URL(`${secure ? "https" : "http"}://localhost:${port}/`);
  }

  /** Blocking starts behind the reading of sockets, so that the timers come next. */
  async function after(ms: number): Promise<void> {
    await new Promise((resolve) => {
      setTimeout(resolve, ms);
    });
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }

  const insecure = { tls: { rejectUnauthorized: false }, proxy: false } as const;

  describe.each<[string, () => HttpClient]>([
    ["NodeClient", () => new NodeClient(insecure)],
    ["NodeClient, http2", () => new NodeClient({ ...insecure, http2: true })],
    ["FetchClient", () => new FetchClient()],
  ])("%s", (name, make) => {
    test("beyond responseTimeout gets the response that came in time", async () => {
      const url = await startElsewhere(false);
      const sent = make().send(get(url, { method: "POST", connectTimeout: 300, responseTimeout: 300 }));
      // Long enough for the request to go out, too short for the answer.
      await after(15);
      block(1000);
      expect(await bodyText(await sent)).toBe("in time");
    });

    test.each(name === "FetchClient" ? [false] : [false, true])(
      "beyond connectTimeout, while it connects, gets its connection; TLS: %s",
      async (secure) => {
        const url = await startElsewhere(secure);
        const sent = make().send(get(url, { connectTimeout: 300, responseTimeout: 300 }));
        await new Promise(process.nextTick);
        block(1000);
        expect(await bodyText(await sent)).toBe("in time");
      },
    );

    test("just before its deadline is no reason either", async () => {
      const url = await startElsewhere(false);
      const client = make();
      const before = performance.now();
      const limit = name === "FetchClient" ? 100 : 200;
      const sent = client.send(get(url, { connectTimeout: limit, responseTimeout: limit }));
      await after(15);
      // Later than the deadline, and not so late that it would be extended.
      block(before + 200 + 25 - performance.now());
      expect(await bodyText(await sent)).toBe("in time");
    });

    test("still gives up, after what it lost, on a server that is silent", async () => {
      const server = await startSilent();
      const before = performance.now();
      const sent = timeoutOf(make().send(get(server.url, { connectTimeout: 100, responseTimeout: 100 })));
      await after(30);
      block(1000);
      await sent;
      expect(performance.now() - before).toBeLessThan(1500);
    });
  });
});

async function bodyText({ body }: HttpResponse): Promise<string> {
  const recording = record(body);
  expect(await recording.ended).toBeUndefined();
  return recording.text();
}

/** The text of a response that starts after `ms` milliseconds. */
async function answeredAfter(ms: number, client: HttpClient, overrides: Partial<HttpRequest>): Promise<string> {
  const server = await startHttp((_request, response) => {
    setTimeout(() => response.end("late"), ms);
  });
  const response = await client.send(get(server.url, overrides));
  const recording = record(response.body);
  await recording.ended;
  return recording.text();
}

function timerCount(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
}
