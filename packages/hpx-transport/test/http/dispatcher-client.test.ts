import { Agent, type Dispatcher, MockAgent } from "undici";
import * as undici6 from "undici6";
import { describe, expect, onTestFinished, test } from "vitest";
import { TransportError } from "../../src/error.js";
import { DispatcherClient, type UndiciDispatcher } from "../../src/http/entries/node.js";
import { rejection } from "../support/promises.js";
import { get, record, steady } from "./support/requests.js";
import { gone, noSocketIsLeft, startHttp, startRaw } from "./support/servers.js";

function agent(options: Agent.Options = {}): Agent {
  const made = new Agent(options);
  onTestFinished(() => made.destroy());
  return made;
}

describe("a dispatcher of the user's", () => {
  test("fits, whatever undici class it is", () => {
    const fits = (dispatcher: Dispatcher): UndiciDispatcher => dispatcher;
    expect(fits(agent())).toBeDefined();
  });

  test("keeps its connection for the next request, and is never closed by us", async () => {
    const server = await startHttp((_request, response) => response.end("hello"));
    const dispatcher = agent();
    const client = new DispatcherClient(dispatcher);
    for (let i = 0; i < 3; i += 1) {
      const { body } = await client.send(get(server.url));
      expect(await record(body).ended).toBeUndefined();
      // undici takes a connection back one turn after a response.
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    await client.close();
    expect(server.connections).toBe(1);
    expect(dispatcher.destroyed).toBe(false);
    expect(dispatcher.closed).toBe(false);
  });

  test("loses the connection of an aborted body, not of another one", async () => {
    const server = await startHttp((_request, response) => response.write("hello"));
    const client = new DispatcherClient(agent());
    const first = await client.send(get(server.url));
    const second = record((await client.send(get(server.url))).body);
    const socket = await server.nextConnection();
    first.body.abort();
    await gone(socket);
    expect(second.endings).toBe(0);
  });

  test("a deadline and the signal end the wait for a connection of its pool, and nothing is sent later", async () => {
    const lines: unknown[] = [];
    const server = await startHttp((request, response) => {
      lines.push(request.url);
      response.write("hello");
    });
    const client = new DispatcherClient(agent({ connections: 1 }));
    const at = (path: string): URL => new URL(path, server.url);
    const first = await client.send(get(at("/first")));
    const late = await rejection(client.send(get(at("/late"), { connectTimeout: 50 })));
    expect(TransportError.is(late, "TIMEOUT")).toBe(true);
    const controller = new AbortController();
    const queued = rejection(client.send(get(at("/aborted"), { signal: controller.signal })));
    controller.abort("enough");
    expect(await queued).toBe("enough");
    first.body.abort();
    const last = await client.send(get(at("/last")));
    last.body.abort();
    expect(lines).toEqual(["/first", "/last"]);
  });

  test("that is closed is CONNECT, and trying again is no use", async () => {
    const dispatcher = agent();
    await dispatcher.close();
    const error = await rejection(new DispatcherClient(dispatcher).send(get("http://127.0.0.1:1/")));
    expect(TransportError.is(error, "CONNECT") && !error.retryable).toBe(true);
  });

  test("that pushes on without waiting for consume loses nothing", async () => {
    const dispatcher = new MockAgent();
    dispatcher.disableNetConnect();
    dispatcher
      .get("http://mock.test")
      .intercept({ path: "/" })
      .reply(200, "hello", { headers: { "x-a": "b" } });
    const response = await new DispatcherClient(dispatcher).send(get("http://mock.test/"));
    expect(response.headers.get("x-a")).toBe("b");
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    const recording = record(response.body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("hello");
  });

  test("may use a chunk again once it was taken, also where it pushes before consume", async () => {
    const steering = { pause: () => {}, resume: () => {}, abort: () => {} };
    const dispatcher: UndiciDispatcher = {
      dispatch: (_options, handler) => {
        const chunk = Buffer.from("hello");
        handler.onRequestStart(steering, undefined);
        handler.onResponseStart(steering, 200, {});
        handler.onResponseData(steering, chunk);
        chunk.fill("x");
        handler.onResponseEnd(steering, {});
        return true;
      },
    };
    const recording = record((await new DispatcherClient(dispatcher).send(get("http://mock.test/"))).body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("hello");
  });

  test("that throws is CONNECT with its cause", async () => {
    const cause = new Error("broken");
    const dispatcher: UndiciDispatcher = {
      dispatch: () => {
        throw cause;
      },
    };
    const error = await rejection(new DispatcherClient(dispatcher).send(get("http://127.0.0.1:1/")));
    expect(TransportError.is(error, "CONNECT") && error.cause).toBe(cause);
  });
});

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const versions: [string, () => Promise<UndiciDispatcher>][] = [["7", async () => agent()]];
// undici 8 needs Node 22.19; there it has to be tested.
if (major > 22 || (major === 22 && minor >= 19)) {
  versions.push([
    "8",
    async () => {
      const undici8 = await import("undici8");
      const made = new undici8.Agent();
      onTestFinished(() => made.destroy());
      return made;
    },
  ]);
}

describe.each(versions)("a dispatcher of undici %s", (_version, make) => {
  const PLENTY = 32 * 2 ** 20;

  test("is paused by pause, goes on after resume, and loses nothing", async () => {
    let written = 0;
    const server = await startHttp((_request, response) => {
      const block = Buffer.alloc(2 ** 16, "x");
      const next = (): void => {
        while (written < PLENTY) {
          written += block.length;
          if (!response.write(block)) return void response.once("drain", next);
        }
        response.end();
      };
      next();
    });
    const { body } = await new DispatcherClient(await make()).send(get(server.url));
    expect(await steady(() => written)).toBeLessThan(PLENTY);
    let received = 0;
    const { ended } = record(body, (bytes) => {
      if (received === 0) body.pause();
      received += bytes.length;
    });
    const atPause = await steady(() => received);
    expect(atPause).toBeLessThan(2 ** 20);
    body.resume();
    expect(await ended).toBeUndefined();
    expect(received).toBe(PLENTY);
  });

  test("is aborted by the signal before the answer, and by abort() after it", async () => {
    const server = await startHttp((request, response) => {
      if (request.url === "/") response.write("hello");
    });
    const client = new DispatcherClient(await make());
    const controller = new AbortController();
    const waiting = rejection(client.send(get(new URL("/silent", server.url), { signal: controller.signal })));
    const silent = await server.nextConnection();
    controller.abort("enough");
    expect(await waiting).toBe("enough");
    await gone(silent);
    const { body } = await client.send(get(server.url));
    const recording = record(body, () => body.abort());
    await gone(await server.nextConnection());
    expect([recording.chunks.length, recording.endings]).toEqual([1, 0]);
    await noSocketIsLeft();
  });

  test("that is refused or cut is told as everywhere", async () => {
    const closed = await startRaw([]);
    closed.close();
    const client = new DispatcherClient(await make());
    const refused = await rejection(client.send(get(closed.url)));
    expect(TransportError.is(refused, "CONNECT") && refused.details.requestSent).toBe(false);
    const cut = await startRaw(["HTTP/1.1 200 OK", "Content-Length: 9"], "hello");
    const recording = record(
      (await client.send(get(cut.url))).body,
      () => void cut.nextConnection().then((s) => s.end()),
    );
    expect(await recording.ended).toBeInstanceOf(Error);
    expect(recording.text()).toBe("hello");
  });

  test("is left open by close(), which ends what goes through it", async () => {
    const server = await startHttp((_request, response) => response.write("hello"));
    const client = new DispatcherClient(await make());
    const reading = record((await client.send(get(server.url))).body);
    await client.close();
    expect((await reading.ended)?.message).toBe("the HTTP client was closed");
    const after = await rejection(client.send(get(server.url)));
    expect(TransportError.is(after, "CONNECT") && !after.retryable).toBe(true);
    await noSocketIsLeft();
  });
});

describe("what is no dispatcher of undici 7 or 8", () => {
  test.each<[string, () => unknown]>([
    ["Agent", () => new undici6.Agent()],
    ["Pool", () => new undici6.Pool("http://127.0.0.1:1")],
    ["Client", () => new undici6.Client("http://127.0.0.1:1")],
    ["RetryAgent", () => new undici6.RetryAgent(new undici6.Agent())],
    ["ProxyAgent", () => new undici6.ProxyAgent("http://127.0.0.1:1")],
  ])("a %s of undici 6 is CONFIG, says the way out, and connects nowhere", async (_name, make) => {
    const client = new DispatcherClient(make() as UndiciDispatcher);
    const error = await rejection(client.send(get("http://127.0.0.1:1/")));
    expect(TransportError.is(error, "CONFIG") && error.details.field).toBe("dispatcher");
    expect((error as Error).message).toMatch(/undici 5 or 6 .*one of undici 7 or 8, or use NodeClient/);
    await noSocketIsLeft();
  });

  test.each([undefined, null, {}, "Agent", { dispatch: true }])("%j is CONFIG from the constructor", (value) => {
    expect(() => new DispatcherClient(value as unknown as UndiciDispatcher)).toThrow(/^dispatcher: .*undici 7 or 8/);
  });
});
