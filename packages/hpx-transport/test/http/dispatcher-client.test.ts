import { Agent, type Dispatcher, MockAgent } from "undici";
import { describe, expect, onTestFinished, test } from "vitest";
import { TransportError } from "../../src/error.js";
import { DispatcherClient, type UndiciDispatcher } from "../../src/http/entries/node.js";
import { get, record, rejection } from "./support/requests.js";
import { gone, startHttp } from "./support/servers.js";

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
